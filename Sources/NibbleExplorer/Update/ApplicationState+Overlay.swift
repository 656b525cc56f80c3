import Foundation
import NibbleHome
import NibbleQuantization
import NibbleTerminal

extension ApplicationState {
    /// Answers a key while a dialog is open.
    mutating func pressInOverlay(_ press: KeyPress) {
        switch overlay {
        case .help(let top): scroll(press, top: top) { .help(top: $0) }
        case .planChanges(let top): scroll(press, top: top) { .planChanges(top: $0) }
        case .picker(let picker): self.press(press, in: picker)
        case .entry(let entry): self.press(press, in: entry)
        case .question(let question): self.press(press, in: question)
        case .planLoader(let loader): self.press(press, in: loader)
        case nil: break
        }
    }

    private mutating func scroll(_ press: KeyPress, top: Int, _ make: (Int) -> Overlay) {
        switch press.key {
        case .down, .character("j"): overlay = make(top + 1)
        case .up, .character("k"): overlay = make(max(top - 1, 0))
        case .pageDown, .character(" "): overlay = make(top + pageLength)
        case .pageUp: overlay = make(max(top - pageLength, 0))
        case .home: overlay = make(0)
        default: overlay = nil
        }
    }

    // MARK: Pickers

    private mutating func press(_ press: KeyPress, in picker: Picker) {
        var picker = picker
        switch press.key {
        case .down: picker.move(by: 1)
        case .up: picker.move(by: -1)
        case .pageDown: picker.move(by: pageLength)
        case .pageUp: picker.move(by: -pageLength)
        case .home: picker.cursor = 0
        case .end: picker.move(by: picker.shown.count)
        case .enter: return accept(picker)
        case .escape: return abandon(picker)
        case .backspace:
            picker.search = String(picker.search.dropLast())
            picker.cursor = 0
        default:
            guard let character = press.character else { return }
            picker.search.append(character)
            picker.cursor = 0
        }
        overlay = .picker(picker)
        preview(picker)
    }

    private mutating func accept(_ picker: Picker) {
        guard let chosen = picker.chosen else { return }
        overlay = nil
        switch picker.purpose {
        case .format: setFormat(named: chosen.name)
        case .theme: preview(picker)
        }
    }

    private mutating func abandon(_ picker: Picker) {
        overlay = nil
        if case .theme(let previous) = picker.purpose { theme = previous }
    }

    /// A theme shows at once what it looks like.
    private mutating func preview(_ picker: Picker) {
        guard case .theme = picker.purpose, let name = picker.chosen?.name else { return }
        if let chosen = themes.first(where: { $0.name == name }) { theme = chosen }
    }

    // MARK: Text

    /// Shows an edited text; the filter works while it is typed.
    mutating func changeEntry(_ entry: TextEntry) {
        overlay = .entry(entry)
        if case .filter = entry.purpose { workspace?.filter(by: entry.editor.text) }
    }

    private mutating func press(_ press: KeyPress, in entry: TextEntry) {
        var entry = entry
        switch press.key {
        case .enter where press.modifiers.isEmpty: return accept(entry)
        case .escape:
            overlay = nil
            if case .filter(let previous) = entry.purpose { workspace?.filter(by: previous) }
            return
        case .up: if !entry.editor.handle(press) { showHistory(&entry, by: 1) }
        case .down: if !entry.editor.handle(press) { showHistory(&entry, by: -1) }
        default: entry.apply(press)
        }
        entry.problem = nil
        changeEntry(entry)
    }

    private func showHistory(_ entry: inout TextEntry, by offset: Int) {
        guard case .prompt = entry.purpose, let history = workspace?.comparison.promptHistory else { return }
        if entry.historyIndex == nil { entry.draft = entry.editor.text }
        let index = (entry.historyIndex ?? -1) + offset
        guard index < history.count else { return }
        entry.historyIndex = index < 0 ? nil : index
        entry.editor.replace(with: index < 0 ? entry.draft : history[history.count - 1 - index])
    }

    private mutating func accept(_ entry: TextEntry) {
        let text = entry.editor.text
        switch entry.purpose {
        case .filter:
            guard text.isEmpty || LayerPattern(text) != nil else {
                return refuse(
                    "This is not a valid regular expression: close every bracket, or escape it with \\.")
            }
            overlay = nil
        case .prompt:
            overlay = nil
            workspace?.comparison.prompt = text
            run()
        case .savePlan:
            // The dialog stays until the plan is saved: what was typed isn't lost if it can't be.
            guard !text.isEmpty else { return tellSavingProblem("Type the name of a file, or press Esc.") }
            do { save(to: try UserPath.file(text)) } catch { tellSavingProblem(error.description) }
        }
    }
}
