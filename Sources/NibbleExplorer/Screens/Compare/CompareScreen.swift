import NibbleTerminal

/// Outputs side by side.
struct CompareScreen: Screen {
    let title = "Compare"
    let tab: ScreenTab? = ScreenTab(key: "2", label: "compare")
    var bindings: [KeyBinding] { Self.all }

    private static let all: [KeyBinding] =
        KeyBinding.rows { $0.moveTokenCursor(by: 10 * $1) }
        + [
            .init("left", "h", label: "token", shownKeys: "←/→", help: "To the token before") {
                $0.moveTokenCursor(by: -1)
            },
            .init("right", "l", help: "To the next token") { $0.moveTokenCursor(by: 1) },
        ]
        + KeyBinding.pages { state, pages in
            state.moveTokenCursor(by: abs(pages) == .max ? pages : 50 * pages)
        }
        + [
            .init("tab", help: "Next of the pinned plans") { $0.showPlan(by: 1) },
            .init("shift-tab", help: "Previous of the pinned plans") { $0.showPlan(by: -1) },
        ] + SharedBindings.tabs + SharedBindings.plan + SharedBindings.run
        + [.init("esc", label: "stop", help: "Stop the run") { $0.stopRun(otherwise: "Nothing runs.") }]
        + SharedBindings.prompt
        + [
            .init("C", label: "continue", help: "Continue with as many tokens again") { $0.continueRun() },
            .init("M", label: "mode", help: "Teacher-forced or free-running") {
                $0.workspace?.comparison.mode.advance()
            },
            .init("n", label: "next split", shownKeys: "n/N", help: "To the next differing token") {
                $0.moveToSplit(forward: true)
            },
            .init("N", help: "To the differing token before") { $0.moveToSplit(forward: false) },
        ] + SharedBindings.models + SharedBindings.program

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

    func click(_ point: Point, _ state: inout ApplicationState) {
        state.workspace?.clickComparison(point, size: state.size)
    }

    func wheel(_ direction: Int, _ state: inout ApplicationState) {
        _ = state.workspace?.moveTokenCursor(by: direction)
    }
}
