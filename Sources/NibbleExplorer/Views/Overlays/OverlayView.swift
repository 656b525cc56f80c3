import NibbleTerminal

/// The dialog above the screen.
struct OverlayView {
    let state: ApplicationState

    private var theme: Theme { state.theme }

    /// Draws the dialog that is open, if any.
    func draw(in canvas: inout Canvas) {
        let screen = Rect(state.size)
        switch state.overlay {
        case .help, .planChanges:
            guard let (pages, top) = state.pages else { return }
            PagesView(pages: pages, theme: theme).draw(in: &canvas, screen: screen, top: top)
        case .picker(let picker):
            PickerView(picker: picker, shape: state.workspace?.chosenLayer?.shape, theme: theme).draw(
                in: &canvas, screen: screen)
        case .entry(let entry): EntryView(entry: entry, state: state).draw(in: &canvas, screen: screen)
        case .question(let question):
            QuestionView(question: question, theme: theme).draw(in: &canvas, screen: screen)
        case .planLoader(let loader):
            PlanLoaderView(loader: loader, theme: theme).draw(in: &canvas, screen: screen)
        case nil: break
        }
    }
}
