import NibbleTerminal

/// Outputs side by side.
struct CompareScreen: Screen {
    let title = "Compare"
    let tab: ScreenTab? = ScreenTab(key: "2", label: "compare")
    var bindings: [KeyBinding] { Self.all }

    private static let all: [KeyBinding] =
        SharedBindings.run + SharedBindings.prompt
        + [
            .init("n", label: "next split", shownKeys: "n/N", help: "To the next differing token") {
                $0.moveToSplit(forward: true)
            },
            .init("N", help: "To the differing token before") { $0.moveToSplit(forward: false) },
            .init("b", label: "blame", help: "To the layer that moved this token most") { $0.blameLayer() },
            .init("left", "h", label: "token", shownKeys: "←/→", help: "To the token before") {
                $0.moveTokenCursor(by: -1)
            },
            .init("right", "l", help: "To the next token") { $0.moveTokenCursor(by: 1) },
        ]
        + KeyBinding.rows(of: "line of tokens") { $0.moveTokenLine(by: $1) }
        + KeyBinding.pages(of: "token", homeKeys: ["home", "g"]) { $0.moveByTokenPages($1) }
        + SharedBindings.tabs
        + [
            .init("M", label: "mode", help: "Teacher-forced or free-running") {
                $0.workspace?.comparison.mode.advance()
            },
            .init("C", label: "continue", help: "Continue with as many tokens again") { $0.continueRun() },
            .init("esc", label: "stop", help: "Stop the run") { $0.stopRun(otherwise: "Nothing runs.") },
            .init("tab", help: "Next of the pinned plans") { $0.showPlan(by: 1) },
            .init("shift-tab", help: "Previous of the pinned plans") { $0.showPlan(by: -1) },
        ] + SharedBindings.plan + SharedBindings.models + SharedBindings.program

    func draw(_ state: ApplicationState, in canvas: inout Canvas) {
        guard let workspace = state.workspace else { return }
        CompareView(state: state, workspace: workspace).draw(in: &canvas)
    }

    func startNeededWork(_ state: inout ApplicationState) {
        // A run needs the cores.
        if state.workspace?.comparison.run.state.isRunning == true {
            state.workspace?.comparison.movements.wanted.withdraw()
            state.cancelJobs(in: MovementJob.lane)
        }
        guard !CompareLayout(size: state.size).layers.isEmpty, let job = state.workspace?.neededMovements()
        else { return }
        state.start(job)
    }
}
