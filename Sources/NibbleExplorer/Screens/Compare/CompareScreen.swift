import NibbleTerminal

/// Outputs side by side, in the form of what the model gives.
struct CompareScreen: Screen {
    let title = "Compare"
    let tab: ScreenTab? = ScreenTab(key: "2", label: "compare")

    /// The keys of language models.
    var bindings: [KeyBinding] { ComparisonForms.all[0].bindings }

    var tables: [KeyTable] {
        [
            KeyTable(title: title, bindings: bindings),
            KeyTable(
                title: "\(title) of encoders", bindings: ItemBindings.make(hasMasks: true, hasLogits: true)),
        ]
    }

    func bindings(in state: ApplicationState) -> [KeyBinding] {
        state.workspace?.form.bindings ?? bindings
    }

    func draw(_ state: ApplicationState, in canvas: inout Canvas) {
        guard let workspace = state.workspace else { return }
        workspace.form.draw(state, workspace, in: &canvas)
    }

    func startNeededWork(_ state: inout ApplicationState) {
        // A run needs the cores.
        if state.workspace?.comparison.run.state.isRunning == true {
            state.workspace?.comparison.movements.wanted.withdraw()
            state.cancelJobs(in: MovementJob.lane)
        }
        guard let workspace = state.workspace, workspace.form.showsLayers(state, workspace),
            let job = state.workspace?.neededMovements()
        else { return }
        state.start(job)
    }
}
