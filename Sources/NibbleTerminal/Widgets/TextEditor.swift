/// Editable text: the state of an input of one or several lines, and what can be done with it.
///
/// The insertion point stands between characters as a person sees them, so that marks never lose their letter. The keys are
/// those of GNU readline's emacs mode (see ``keys``).
public struct TextEditor: Hashable, Sendable {
    /// The text; newlines separate lines.
    public private(set) var characters: [Character]
    /// The insertion point, in characters from the beginning.
    public private(set) var cursor: Int
    /// What was cut last.
    private var cut: [Character] = []
    /// Whether the last key cut something, so that the next cut adds to it.
    private var continuesCut = false
    private var former: [Moment] = []
    /// Whether the last key typed a character, so that a word is undone as one.
    private var continuesTyping = false

    /// A text as it was before a change.
    private struct Moment: Hashable, Sendable {
        let characters: [Character]
        let cursor: Int
    }

    /// Changes that can be undone.
    private static let mostMoments = 100
    /// Characters that are kept for that, about: of long texts fewer changes can be undone.
    private static let mostKept = 1_000_000

    /// A text with the insertion point at its end.
    public init(_ text: String = "") {
        characters = Array(text)
        cursor = characters.count
    }

    /// The text; newlines separate lines.
    public var text: String { String(characters) }

    // MARK: Changing

    /// Inserts text at the insertion point (a typed character, a paste); a mark joins the letter before it.
    public mutating func insert(_ inserted: String) {
        change(isTyping: inserted.count == 1) { editor in
            let start = max(0, editor.cursor - 1)
            let end = min(editor.characters.count, editor.cursor + 1)
            let before = String(editor.characters[start..<editor.cursor]) + inserted
            let joined = Array(before + String(editor.characters[editor.cursor..<end]))
            editor.characters.replaceSubrange(start..<end, with: joined)
            editor.cursor = min(start + before.count, editor.characters.count)
        }
    }

    /// Replaces the whole text; the insertion point goes to its end.
    public mutating func replace(with text: String) {
        change { editor in
            editor.characters = Array(text)
            editor.cursor = editor.characters.count
        }
    }

    /// Takes characters out; cut ones can be brought back by `ctrl-y`.
    mutating func remove(_ range: Range<Int>, isCut: Bool = false) {
        let range = range.clamped(to: 0..<characters.count)
        guard !range.isEmpty else { return }
        if isCut {
            let piece = Array(characters[range])
            cut = !continuesCut ? piece : range.upperBound == cursor ? piece + cut : cut + piece
        }
        change { editor in
            editor.characters.removeSubrange(range)
            editor.cursor = range.lowerBound
            editor.joinMarks()
        }
        continuesCut = isCut
    }

    /// Characters that came to stand beside each other may be one now.
    private mutating func joinMarks() {
        let before = String(characters[..<cursor]).count
        characters = Array(String(characters))
        cursor = min(before, characters.count)
    }

    /// Puts back what was cut last.
    mutating func yank() { if !cut.isEmpty { insert(String(cut)) } }

    /// Swaps the characters around the insertion point, at the end of a line the last two.
    mutating func transpose() {
        let second = cursor == lineEnd ? cursor - 1 : cursor
        guard second > lineStart else { return }
        change { editor in
            editor.characters.swapAt(second - 1, second)
            editor.cursor = second + 1
            editor.joinMarks()
        }
    }

    /// Takes back the last change.
    mutating func undo() {
        guard let moment = former.popLast() else { return }
        (characters, cursor) = (moment.characters, moment.cursor)
        continuesTyping = false
    }

    private mutating func change(isTyping: Bool = false, _ body: (inout Self) -> Void) {
        if !(isTyping && continuesTyping) {
            former.append(Moment(characters: characters, cursor: cursor))
            let most = min(Self.mostMoments, Self.mostKept / max(1, characters.count))
            former.removeFirst(max(0, former.count - max(1, most)))
        }
        body(&self)
        continuesTyping = isTyping
        continuesCut = false
    }

    // MARK: Moving

    /// Moves the insertion point, staying inside the text.
    public mutating func move(to place: Int) {
        cursor = min(max(0, place), characters.count)
        (continuesTyping, continuesCut) = (false, false)
    }

    /// Moves by lines as they are shown in `width` columns; false where there is no line that way.
    public mutating func moveLine(by offset: Int, width: Int) -> Bool {
        let lines = TextLines(characters, width: width)
        let place = lines.place(of: cursor)
        guard lines.ranges.indices.contains(place.line + offset) else { return false }
        move(to: lines.index(atColumn: place.column, line: place.line + offset))
        return true
    }

    /// Where the insertion point's line begins.
    var lineStart: Int { (characters[..<cursor].lastIndex(of: "\n") ?? -1) + 1 }

    /// Where the insertion point's line ends.
    var lineEnd: Int { characters[cursor...].firstIndex(of: "\n") ?? characters.count }

    /// Where the word before the insertion point begins.
    ///
    /// - Parameter isPart: which characters words are made of.
    func wordStart(_ isPart: (Character) -> Bool) -> Int {
        var place = cursor
        while place > 0, !isPart(characters[place - 1]) { place -= 1 }
        while place > 0, isPart(characters[place - 1]) { place -= 1 }
        return place
    }

    /// Where the word at or behind the insertion point ends.
    func wordEnd(_ isPart: (Character) -> Bool) -> Int {
        var place = cursor
        while place < characters.count, !isPart(characters[place]) { place += 1 }
        while place < characters.count, isPart(characters[place]) { place += 1 }
        return place
    }
}
