import NibbleTerminal

/// The list of models that can be opened.
struct ModelsScreen: Screen {
    let title = "Models"
    let tab: ScreenTab? = nil
    var bindings: [KeyBinding] { Self.all }

    private static let all: [KeyBinding] =
        KeyBinding.rows(of: "model") { $0.moveInModels(by: $1) }
        + KeyBinding.pages(of: "model", homeKeys: ["home", "g"]) { $0.moveInModels($1) }
        + [
            .init("enter", label: "open", help: "Open the model") { $0.openChosenModel() },
            .init("/", label: "filter", help: "Filter models by name") { $0.filterModels() },
            .init("esc", help: "Clear the filter; else back to the open model") { $0.leaveModels() },
        ] + SharedBindings.program

    func draw(_ state: ApplicationState, in canvas: inout Canvas) {
        ChooserView(state: state).draw(in: &canvas)
    }
}
