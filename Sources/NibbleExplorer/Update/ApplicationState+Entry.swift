import Foundation
import NibbleHome
import NibbleQuantization
import NibbleTerminal
import NibbleTransformers

extension ApplicationState {
    /// Shows an edited text; the filter works while it is typed.
    mutating func changeEntry(_ entry: TextEntry) {
        var entry = entry
        entry.problem = nil
        if case .filter(let list, _) = entry.purpose {
            entry.problem = Self.filterProblem(entry.editor.text)
            filter(list, by: entry.editor.text)
        }
        overlay = .entry(entry)
    }

    private mutating func filter(_ list: TextEntry.FilteredList, by text: String) {
        switch list {
        case .layers: workspace?.filter(by: text)
        case .models: chooser.filter(by: text)
        }
    }

    /// Why a filter is no expression, and where.
    private static func filterProblem(_ text: String) -> String? {
        do throws(PatternError) {
            _ = try LayerPattern(filter: text)
            return nil
        } catch {
            return error.description
        }
    }

    /// Inserts what was pasted into the text of the dialog, as much as it takes.
    mutating func paste(_ text: String) {
        notice = nil
        switch overlay {
        case .entry(var entry):
            let excess = entry.paste(text)
            changeEntry(entry)
            if excess > 0 { refuseMore(entry) }
        case .picker(var picker):
            let line = text.prefix(200).filter { $0.isLetter || $0.isNumber || $0.isPunctuation || $0 == " " }
            picker.changeSearch { $0.insert(String(line)) }
            overlay = .picker(picker)
        case .planLoader(var loader):
            loader.paste(text)
            overlay = .planLoader(loader)
        default: break
        }
    }

    private mutating func refuseMore(_ entry: TextEntry) {
        let most = FigureText.grouped(entry.mostCharacters)
        let context = workspace?.model.contextLength ?? 0
        if case .prompt = entry.purpose, context > 0, workspace?.form.writesTokens == true {
            refuse(
                "Cut: no more than \(most) characters can fit this model's \(FigureText.grouped(context)) tokens."
            )
        } else {
            refuse("Cut: no more than \(most) characters fit here.")
        }
    }

    /// Answers a key in the text of the dialog.
    mutating func press(_ press: KeyPress, in entry: TextEntry) {
        var entry = entry
        switch press {
        case KeyPress(.enter): return accept(entry)
        case KeyPress(.escape): return abandon(entry)
        case KeyPress(.up), KeyPress(.character("p"), .control): moveLine(&entry, by: -1)
        case KeyPress(.down), KeyPress(.character("n"), .control): moveLine(&entry, by: 1)
        case KeyPress(.pageUp): moveLines(&entry, by: -1)
        case KeyPress(.pageDown): moveLines(&entry, by: 1)
        default:
            let isFull = press.character != nil && entry.editor.characters.count >= entry.mostCharacters
            if isFull { return refuseMore(entry) }
            _ = entry.apply(press)
        }
        changeEntry(entry)
    }

    private mutating func abandon(_ entry: TextEntry) {
        overlay = nil
        if case .filter(let list, let previous) = entry.purpose { filter(list, by: previous) }
    }

    /// Moves by lines as they are shown, beyond the first and the last to earlier and later texts.
    private func moveLine(_ entry: inout TextEntry, by offset: Int) {
        let width = EntryLayout(entry, in: Rect(size)).lineWidth
        if !entry.editor.moveLine(by: offset, width: width) { showHistory(&entry, by: -offset) }
    }

    private func moveLines(_ entry: inout TextEntry, by pages: Int) {
        let layout = EntryLayout(entry, in: Rect(size))
        for _ in 0..<layout.field.height {
            guard entry.editor.moveLine(by: pages, width: layout.lineWidth) else { return }
        }
    }

    private func showHistory(_ entry: inout TextEntry, by offset: Int) {
        guard case .prompt = entry.purpose, let history = workspace?.comparison.promptHistory else { return }
        if entry.historyIndex == nil { entry.draft = entry.editor.text }
        let index = (entry.historyIndex ?? -1) + offset
        guard index >= -1, index < history.count else { return }
        entry.historyIndex = index < 0 ? nil : index
        entry.editor.replace(with: index < 0 ? entry.draft : history[history.count - 1 - index])
    }

    private mutating func accept(_ entry: TextEntry) {
        let text = entry.editor.text
        switch entry.purpose {
        case .filter:
            if let problem = Self.filterProblem(text) { return tell(problem, in: entry) }
            overlay = nil
        case .prompt:
            if let workspace, let problem = workspace.form.entryProblem(text, for: workspace.model) {
                return tell(problem, in: entry)
            }
            overlay = nil
            if text != workspace?.comparison.prompt { workspace?.comparison.itemCursor = ItemCursor() }
            workspace?.comparison.prompt = text
            run()
        case .savePlan:
            // The dialog stays until the plan is saved: what was typed isn't lost if it can't be.
            guard !text.isEmpty else { return tellSavingProblem("Type the name of a file, or press Esc.") }
            do { save(to: try UserPath.file(text)) } catch { tellSavingProblem(error.description) }
        }
    }

    /// Says in the dialog why its text can't be used; the dialog stays, so that the text isn't lost.
    private mutating func tell(_ problem: String, in entry: TextEntry) {
        var entry = entry
        entry.problem = problem
        overlay = .entry(entry)
    }
}
