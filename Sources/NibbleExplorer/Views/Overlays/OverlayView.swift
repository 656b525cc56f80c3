import NibbleQuantization
import NibbleTerminal

/// The dialog above the screen.
struct OverlayView {
    let state: ApplicationState

    private var theme: Theme { state.theme }

    /// Draws the dialog that is open, if any.
    func draw(in canvas: inout Canvas) {
        let screen = Rect(state.size)
        switch state.overlay {
        case .help(let top):
            HelpView(screenShown: state.screen, theme: theme).draw(in: &canvas, screen: screen, top: top)
        case .picker(let picker):
            PickerView(picker: picker, shape: state.workspace?.chosenLayer?.shape, theme: theme).draw(
                in: &canvas, screen: screen)
        case .entry(let entry): drawEntry(entry, in: &canvas, screen: screen)
        case .question(let question):
            QuestionView(question: question, theme: theme).draw(in: &canvas, screen: screen)
        case .planLoader(let loader):
            PlanLoaderView(loader: loader, theme: theme).draw(in: &canvas, screen: screen)
        case .planChanges(let top): drawChanges(top: top, in: &canvas, screen: screen)
        case nil: break
        }
    }

    private func drawEntry(_ entry: TextEntry, in canvas: inout Canvas, screen: Rect) {
        let height = entry.allowsLines ? min(8, max(3, screen.height - 10)) : 1
        let width = min(76, screen.width - 8)
        let problem = entry.problem?.wrapped(to: width) ?? []
        let size = Size(width, min(height + max(2, problem.count + 1), screen.height - 4))
        let dialog = Dialog(
            title: entry.title, contentSize: size, hints: [.init("Enter", "accept"), .init("Esc", "cancel")])
        dialog.draw(in: &canvas, rect: screen, theme: theme)
        let content = dialog.content(in: screen)
        TextField(entry.editor).draw(
            in: &canvas, rect: Rect(content.x, content.y, content.width, min(height, content.height)),
            theme: theme)
        guard content.height > height else { return }
        if !problem.isEmpty {
            let text = content.inset(top: height + (content.height > height + problem.count ? 1 : 0))
            canvas.draw(lines: Array(problem.prefix(text.height)), in: text, style: theme.style(.red))
            return
        }
        canvas.draw(
            entryHint(entry), at: Point(content.x, content.bottom - 1), style: theme.mutedStyle,
            width: content.width)
    }

    private func entryHint(_ entry: TextEntry) -> String {
        guard case .prompt = entry.purpose, let tokenizer = state.workspace?.model.tokenizer else {
            return entry.hint
        }
        let count = tokenizer.encode(entry.editor.text).count
        let limit = state.workspace?.model.contextLength ?? 0
        return "\(count) of \(limit) tokens · " + entry.hint
    }

    private func drawChanges(top: Int, in canvas: inout Canvas, screen: Rect) {
        guard let table = state.workspace?.table, let saved = state.workspace?.plans.saved else { return }
        let changes = table.differences(from: saved)
        let size = Size(min(96, screen.width - 8), min(max(changes.count, 1), screen.height - 6))
        let dialog = Dialog(
            title: "Changes since the plan was saved", contentSize: size,
            hints: [.init("j/k", "scroll"), .init("Esc", "close")])
        dialog.draw(in: &canvas, rect: screen, theme: theme)
        let content = dialog.content(in: screen)
        guard !changes.isEmpty else {
            let text = "No layer differs from the saved plan."
            canvas.draw(text, at: content.origin, style: theme.mutedStyle, width: content.width)
            return
        }
        let first = min(top, max(0, changes.count - content.height))
        for (row, change) in changes.dropFirst(first).prefix(content.height).enumerated() {
            let spans = [
                Span(table.structure.layers[change.layer].id.name, theme.strong), Span("  ", theme.plain),
                Span(Setting.text(of: change.before), theme.mutedStyle), Span(" → ", theme.mutedStyle),
                Span(
                    Setting.text(of: table.setting(of: change.layer)), Style(foreground: theme.plan)),
            ]
            canvas.draw(spans, at: content.row(row).origin, width: content.width)
        }
    }
}
