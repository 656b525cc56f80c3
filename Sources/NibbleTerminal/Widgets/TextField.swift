/// Editable text: the state and the editing keys of an input of one or several lines.
public struct TextEditor: Hashable, Sendable {
    /// The text; newlines separate lines.
    public private(set) var text: String
    /// The insertion point, in characters from the beginning.
    public private(set) var cursor: Int

    /// A text with the insertion point at its end.
    public init(_ text: String = "") {
        self.text = text
        cursor = text.count
    }

    /// Inserts text at the insertion point (a typed character, a paste).
    public mutating func insert(_ inserted: String) {
        let count = text.count
        text.insert(contentsOf: inserted, at: index)
        cursor = min(text.count, cursor + max(0, text.count - count))
    }

    /// Replaces the whole text; the insertion point goes to its end.
    public mutating func replace(with text: String) { self = TextEditor(text) }

    /// Acts on an editing key.
    ///
    /// Keys are characters, Backspace, Delete, arrows, Home, End and Ctrl-A/E/U/K/W; Enter is left to the caller.
    ///
    /// - Returns: False when the key means nothing here.
    public mutating func handle(_ key: KeyPress) -> Bool {
        if let character = key.character {
            insert(String(character))
            return true
        }
        if key.modifiers == .control, case .character(let character) = key.key { return control(character) }
        guard key.modifiers.isEmpty else { return false }
        switch key.key {
        case .backspace: remove(from: cursor - 1, to: cursor)
        case .delete: remove(from: cursor, to: cursor + 1)
        case .left: cursor = max(0, cursor - 1)
        case .right: cursor = min(text.count, cursor + 1)
        case .home: cursor = lineStart
        case .end: cursor = lineEnd
        case .up: return moveLine(by: -1)
        case .down: return moveLine(by: 1)
        default: return false
        }
        return true
    }

    private mutating func control(_ character: Character) -> Bool {
        switch character {
        case "a": cursor = lineStart
        case "e": cursor = lineEnd
        case "u": remove(from: lineStart, to: cursor)
        case "k": remove(from: cursor, to: lineEnd)
        case "w": remove(from: wordStart, to: cursor)
        default: return false
        }
        return true
    }

    private var index: String.Index { text.index(text.startIndex, offsetBy: cursor) }

    private mutating func remove(from start: Int, to end: Int) {
        let start = max(0, start)
        let end = min(text.count, end)
        guard start < end else { return }
        let first = text.index(text.startIndex, offsetBy: start)
        text.removeSubrange(first..<text.index(first, offsetBy: end - start))
        cursor = min(start, text.count)
    }

    private var lineStart: Int {
        text[..<index].lastIndex(of: "\n").map { text.distance(from: text.startIndex, to: $0) + 1 } ?? 0
    }

    private var lineEnd: Int {
        text[index...].firstIndex(of: "\n").map { text.distance(from: text.startIndex, to: $0) } ?? text.count
    }

    private var wordStart: Int {
        let before = Array(text[..<index])
        var position = before.count
        while position > 0, before[position - 1].isWhitespace { position -= 1 }
        while position > 0, !before[position - 1].isWhitespace { position -= 1 }
        return position
    }

    private mutating func moveLine(by step: Int) -> Bool {
        let column = cursor - lineStart
        if step < 0 {
            guard lineStart > 0 else { return false }
            cursor = lineStart - 1
            cursor = min(lineStart + column, lineEnd)
        } else {
            guard lineEnd < text.count else { return false }
            cursor = lineEnd + 1
            cursor = min(lineStart + column, lineEnd)
        }
        return true
    }
}

/// Draws an editor's text with the cursor, scrolled so that the cursor is in sight.
public struct TextField: Widget {
    /// The text and the insertion point.
    public var editor: TextEditor
    /// What stands there, muted, while the text is empty.
    public var placeholder: String
    /// True when the cursor is shown.
    public var isFocused: Bool

    /// A field that shows an editor.
    public init(_ editor: TextEditor, placeholder: String = "", isFocused: Bool = true) {
        self.editor = editor
        self.placeholder = placeholder
        self.isFocused = isFocused
    }

    /// Draws as many lines as `rect` has, each scrolled sideways as the cursor's line needs.
    public func draw(in canvas: inout Canvas, rect: Rect, theme: Theme) {
        guard !rect.isEmpty else { return }
        let before = String(editor.text.prefix(editor.cursor))
        let line = before.split(separator: "\n", omittingEmptySubsequences: false).count - 1
        let column = (before.split(separator: "\n", omittingEmptySubsequences: false).last ?? "").columns
        let firstLine = max(0, line - rect.height + 1)
        let shift = max(0, column - rect.width + 1)
        canvas.clipped(to: rect) { canvas in
            if editor.text.isEmpty, !placeholder.isEmpty {
                canvas.draw(placeholder, at: rect.origin, style: theme.mutedStyle.italic, width: rect.width)
            }
            let lines = editor.text.split(separator: "\n", omittingEmptySubsequences: false)
            for (row, text) in lines.dropFirst(firstLine).prefix(rect.height).enumerated() {
                canvas.draw(String(text), at: Point(rect.x - shift, rect.y + row), style: theme.plain)
            }
            guard isFocused else { return }
            let point = Point(rect.x + column - shift, rect.y + line - firstLine)
            canvas.restyle(Rect(point.x, point.y, 1, 1)) { $0.attributes.formUnion(.reverse) }
            canvas.showCursor(at: point)
        }
    }
}

extension Substring {
    fileprivate var columns: Int { String(self).columns }
}
