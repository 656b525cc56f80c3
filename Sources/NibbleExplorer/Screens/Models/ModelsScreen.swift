import NibbleTerminal

/// The list of models that can be opened.
struct ModelsScreen: Screen {
    let title = "Models"
    let tab: ScreenTab? = nil
    var bindings: [KeyBinding] { Self.all }

    private static let all: [KeyBinding] =
        KeyBinding.rows { $0.moveInModels(by: $1) }
        + KeyBinding.pages { state, pages in
            state.moveInModels(by: abs(pages) == .max ? pages : pages * state.pageLength)
        }
        + [
            .init("enter", label: "open", help: "Open the model") { $0.openChosenModel() },
            .init("esc", help: "Back to the open model") { $0.leaveModels() },
        ] + SharedBindings.program

    func draw(_ state: ApplicationState, in canvas: inout Canvas) {
        ChooserView(state: state).draw(in: &canvas)
    }

    /// A click chooses a model, a second one opens it.
    func click(_ point: Point, _ state: inout ApplicationState) {
        let layout = ChooserLayout(size: state.size, chooser: state.chooser)
        guard let index = layout.modelIndex(at: point) else { return }
        if state.chooser.cursor == index {
            state.openChosenModel()
        } else {
            state.chooser.cursor = index
        }
    }

    func wheel(_ direction: Int, _ state: inout ApplicationState) {
        _ = state.chooser.move(by: direction)
    }
}
