import NibbleTerminal

/// A text to type.
struct TextEntry: Sendable {
    /// What the text is for.
    enum Purpose: Sendable {
        /// The filter of a list; the one before it comes back on Esc.
        case filter(FilteredList, previous: String)
        /// The prompt.
        case prompt
        /// The file to save the plan to.
        case savePlan
    }

    /// A list that a filter narrows.
    enum FilteredList: Sendable {
        case layers, models
    }

    let purpose: Purpose
    let title: String
    /// One line about what is wanted.
    let hint: String
    /// Whether the text may have several lines; otherwise a paste's newlines become blanks.
    var allowsLines = false
    /// Characters that it takes.
    var mostCharacters = 10_000
    var editor: TextEditor
    /// Which earlier text is shown, counted from the newest; nil the one being typed.
    var historyIndex: Int?
    /// The text being typed, kept while history is shown.
    var draft = ""
    /// Why the text could not be used, as a sentence.
    var problem: String?
}

extension TextEntry {
    /// Inserts pasted text; control characters other than newline are left out, and what is too much.
    ///
    /// - Returns: how many characters were too many.
    mutating func paste(_ text: String) -> Int {
        let lines = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n").replacing("\t", with: " ")
        let allowed = lines.compactMap { character -> Character? in
            if character == "\n" { return allowsLines ? character : " " }
            let isControl = character.unicodeScalars.contains { $0.properties.generalCategory == .control }
            return isControl ? nil : character
        }
        let fitting = allowed.prefix(max(0, mostCharacters - editor.characters.count))
        if !fitting.isEmpty { editor.insert(String(fitting)) }
        return allowed.count - fitting.count
    }

    /// Answers an editing key; a new line only where lines are allowed.
    ///
    /// - Returns: false when the key means nothing here, or there is no room for what it types.
    mutating func apply(_ press: KeyPress) -> Bool {
        if Self.newLines.contains(press) {
            if allowsLines { editor.insert("\n") }
            return allowsLines
        }
        guard press.character == nil || editor.characters.count < mostCharacters else { return false }
        return editor.handle(press)
    }

    private static let newLines: Set<KeyPress> = [
        KeyPress(.enter, .alt), KeyPress(.enter, .shift), KeyPress(.enter, .control),
        KeyPress(.character("j"), .control),
    ]
}
