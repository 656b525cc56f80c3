extension TextEditor {
    /// Acts on an editing key; Enter and the arrows up and down are left to the caller.
    ///
    /// - Returns: False when the key means nothing here.
    public mutating func handle(_ press: KeyPress) -> Bool {
        if let character = press.character {
            insert(String(character))
            return true
        }
        var press = press
        if case .character = press.key {} else { press.modifiers.remove(.shift) }
        guard let action = Self.keys[press] else { return false }
        action(&self)
        return true
    }

    /// The editing keys (GNU readline, "Bindable Readline Commands", emacs mode).
    private static let keys: [KeyPress: @Sendable (inout TextEditor) -> Void] = {
        var keys: [KeyPress: @Sendable (inout TextEditor) -> Void] = [:]
        for (names, action) in actions {
            for name in names { if let press = KeyPress(parsing: name) { keys[press] = action } }
        }
        return keys
    }()

    private static let actions: [([String], @Sendable (inout TextEditor) -> Void)] = [
        (["left", "ctrl-b"], { $0.move(to: $0.cursor - 1) }),
        (["right", "ctrl-f"], { $0.move(to: $0.cursor + 1) }),
        (["ctrl-left", "alt-left", "alt-b"], { $0.move(to: $0.wordStart(isWord)) }),
        (["ctrl-right", "alt-right", "alt-f"], { $0.move(to: $0.wordEnd(isWord)) }),
        (["home", "ctrl-a"], { $0.move(to: $0.lineStart) }),
        (["end", "ctrl-e"], { $0.move(to: $0.lineEnd) }),
        (["ctrl-home", "alt-<"], { $0.move(to: 0) }),
        (["ctrl-end", "alt->"], { $0.move(to: $0.characters.count) }),
        (["backspace"], { $0.remove($0.cursor - 1..<$0.cursor) }),
        (["delete", "ctrl-d"], { $0.remove($0.cursor..<$0.cursor + 1) }),
        (["ctrl-w"], { $0.remove($0.wordStart { !$0.isWhitespace }..<$0.cursor, isCut: true) }),
        (["alt-backspace", "ctrl-backspace"], { $0.remove($0.wordStart(isWord)..<$0.cursor, isCut: true) }),
        (["alt-d", "ctrl-delete", "alt-delete"], { $0.remove($0.cursor..<$0.wordEnd(isWord), isCut: true) }),
        (["ctrl-u"], { $0.remove($0.lineStart..<$0.cursor, isCut: true) }),
        (["ctrl-k"], { $0.remove($0.cursor..<max($0.lineEnd, $0.endOfBreak), isCut: true) }),
        (["ctrl-y"], { $0.yank() }),
        (["ctrl-t"], { $0.transpose() }),
        (["ctrl-_"], { $0.undo() }),
    ]

    /// At the end of a line, the place behind its break: cutting there joins it with the next.
    private var endOfBreak: Int { cursor == lineEnd ? min(cursor + 1, characters.count) : cursor }

    private static func isWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }
}
