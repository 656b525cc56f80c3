import NibbleQuantization
import NibbleTerminal

/// A dialog above the screen.
enum Overlay: Sendable {
    /// All keys that work here, from line `top` on.
    case help(top: Int)
    /// A list to choose from.
    case picker(Picker)
    /// A text to type.
    case entry(TextEntry)
    /// What the plan changes, from line `top` on.
    case planChanges(top: Int)
    /// What should be done, with the answers to choose from.
    case question(Question)
    /// The plan to load.
    case planLoader(PlanLoader)
}

/// A list to choose from.
struct Picker: Sendable {
    /// What the choice is for.
    enum Purpose: Sendable {
        /// The weight format of the target layers.
        case format
        /// The colours; the one that was in use before.
        case theme(previous: Theme)
    }

    /// One choice.
    struct Item: Hashable, Sendable {
        /// The heading under which it stands.
        let group: String
        /// What is chosen.
        let name: String
        /// One line about it.
        let detail: String
    }

    let purpose: Purpose
    let title: String
    let items: [Item]
    /// The chosen item among `shown`.
    var cursor: Int
    /// Letters typed to narrow the list.
    var search = ""

    /// The items that contain what was typed.
    var shown: [Item] {
        guard !search.isEmpty else { return items }
        let needle = search.lowercased()
        return items.filter { "\($0.name) \($0.detail) \($0.group)".lowercased().contains(needle) }
    }

    /// The item under the cursor.
    var chosen: Item? { shown.indices.contains(cursor) ? shown[cursor] : nil }

    /// Moves the cursor, staying inside the list.
    mutating func move(by offset: Int) { cursor = min(max(cursor + offset, 0), max(shown.count - 1, 0)) }
}

/// A text to type.
struct TextEntry: Sendable {
    /// What the text is for.
    enum Purpose: Sendable {
        /// The tree's filter; the one before it comes back on Esc.
        case filter(previous: String)
        /// The prompt.
        case prompt
        /// The file to save the plan to.
        case savePlan
    }

    let purpose: Purpose
    let title: String
    let hint: String
    /// Whether the text may have several lines; otherwise a paste's newlines become blanks.
    var allowsLines = false
    var editor: TextEditor
    /// Which earlier text is shown, counted from the newest; nil the one being typed.
    var historyIndex: Int?
    /// The text being typed, kept while history is shown.
    var draft = ""
    /// Why the text could not be used, as a sentence.
    var problem: String?
}

extension TextEntry {
    /// Inserts pasted text; control characters other than newline are left out.
    mutating func paste(_ text: String) {
        let lines = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n").replacing("\t", with: " ")
        let allowed = lines.compactMap { character -> Character? in
            if character == "\n" { return allowsLines ? character : " " }
            let isControl = character.unicodeScalars.contains { $0.properties.generalCategory == .control }
            return isControl ? nil : character
        }
        editor.insert(String(allowed))
    }

    /// Answers an editing key; a new line only where lines are allowed.
    mutating func apply(_ press: KeyPress) {
        let isNewLine =
            press == KeyPress(.enter, .alt) || press == KeyPress(.enter, .shift)
            || press == KeyPress(.character("j"), .control)
        if isNewLine {
            if allowsLines { editor.insert("\n") }
        } else {
            _ = editor.handle(press)
        }
    }
}
