import NibbleTestSupport
import Testing

@testable import NibbleTerminal

@Suite struct TextEditorTests {
    /// Presses keys by their names in a text whose insertion point is written as `|`.
    private func press(_ names: String..., in text: String) throws -> String {
        var editor = TextEditor(text.replacing("|", with: ""))
        if let place = text.firstIndex(of: "|") {
            editor.move(to: text.distance(from: text.startIndex, to: place))
        }
        for name in names {
            let key = try #require(KeyPress(parsing: name))
            let means = editor.handle(key)
            #expect(means, "\(name) means nothing")
        }
        var characters = editor.characters
        characters.insert("|", at: editor.cursor)
        return String(characters)
    }

    /// GNU readline's movements, in emacs mode.
    @Test(arguments: [
        ("ctrl-a", "one two|", "|one two"), ("ctrl-e", "|one two", "one two|"), ("ctrl-b", "one|", "on|e"),
        ("ctrl-f", "|one", "o|ne"), ("alt-b", "one two|", "one |two"), ("alt-b", "one (two)|", "one (|two)"),
        ("alt-f", "|one two", "one| two"), ("alt-f", "one| (two)", "one (two|)"),
        ("ctrl-left", "one two|", "one |two"), ("ctrl-right", "|one two", "one| two"),
        ("alt-left", "a.b|", "a.|b"), ("alt-right", "|a.b", "a|.b"), ("home", "one\ntwo|", "one\n|two"),
        ("end", "o|ne\ntwo", "one|\ntwo"), ("ctrl-home", "one\ntwo|", "|one\ntwo"),
        ("shift-left", "ab|", "a|b"),
        ("left", "|a", "|a"), ("right", "a|", "a|"),
    ])
    func movements(_ key: String, _ before: String, _ after: String) throws {
        #expect(try press(key, in: before) == after)
    }

    @Test(arguments: [
        (["ctrl-d"], "|one", "|ne"), (["delete"], "one|", "one|"), (["backspace"], "one|", "on|"),
        (["ctrl-w"], "one a.b|", "one |"), (["alt-backspace"], "one a.b|", "one a.|"),
        (["alt-d"], "|one two", "| two"),
        (["ctrl-u"], "one\ntw|o", "one\n|o"), (["ctrl-k"], "o|ne\ntwo", "o|\ntwo"),
        (["ctrl-k"], "one|\ntwo", "one|two"),
        (["ctrl-w", "ctrl-w", "ctrl-y"], "one two|", "one two|"),
        (["ctrl-k", "ctrl-a", "ctrl-y"], "one |two", "two|one "),
        (["alt-d", "alt-d", "ctrl-y"], "|one two x", "one two| x"), (["ctrl-t"], "ab|", "ba|"),
        (["ctrl-t"], "a|bc", "ba|c"),
        (["ctrl-t"], "|ab", "|ab"), (["ctrl-y"], "a|", "a|"), (["x", "y", "ctrl-_"], "a|", "a|"),
        (["ctrl-u", "ctrl-_"], "one|", "one|"), (["ctrl-_"], "a|", "a|"),
        (["x", "left", "y", "ctrl-_"], "a|", "a|x"),
    ])
    func edits(_ keys: [String], _ before: String, _ after: String) throws {
        var text = before
        var editor = TextEditor(text.replacing("|", with: ""))
        editor.move(to: text.distance(from: text.startIndex, to: try #require(text.firstIndex(of: "|"))))
        for name in keys {
            let means = editor.handle(try #require(KeyPress(parsing: name)))
            #expect(means, "\(name) means nothing")
        }
        text = String(editor.characters[..<editor.cursor]) + "|" + String(editor.characters[editor.cursor...])
        #expect(text == after)
    }

    @Test func otherKeysMeanNothing() {
        var editor = TextEditor("a")
        for key in [
            KeyPress(.enter), KeyPress(.up), KeyPress(.function(3)), KeyPress(.character("x"), .control),
        ] {
            let means = editor.handle(key)
            #expect(!means)
        }
        #expect(editor.text == "a")
    }

    @Test func marksStayWithTheirLetters() {
        var editor = TextEditor("ab")
        editor.move(to: 1)
        editor.insert("\u{301}")
        #expect(editor.text == "a\u{301}b" && editor.cursor == 1, "a mark joins the letter before it")
        editor.insert("日本")
        #expect(editor.cursor == 3)
        _ = editor.handle(KeyPress(.backspace))
        #expect(editor.text == "a\u{301}日b")
        _ = editor.handle(KeyPress(.left))
        _ = editor.handle(KeyPress(.backspace))
        #expect(editor.text == "日b")
    }

    /// Random keys never leave the text, and undoing all of them gives the first text back.
    @Test(arguments: 1...4 as ClosedRange<UInt64>) func randomKeysStayInsideAndAreUndone(_ seed: UInt64)
        throws
    {
        var generator = SeededGenerator(seed: seed)
        let names = [
            "a", "é", "日", "space", "ctrl-a", "ctrl-e", "ctrl-b", "ctrl-f", "alt-b", "alt-f", "ctrl-d",
            "alt-d", "ctrl-w",
            "alt-backspace", "ctrl-u", "ctrl-k", "ctrl-y", "ctrl-t", "backspace", "delete", "home", "end",
        ]
        let keys = try names.map { try #require(KeyPress(parsing: $0)) }
        var editor = TextEditor("one two\nthree")
        for _ in 0..<90 {
            let key = try #require(keys.randomElement(using: &generator))
            if Int.random(in: 0..<8, using: &generator) == 0 {
                editor.insert(["\n", "\u{301}", "x y"].randomElement(using: &generator) ?? "")
            }
            _ = editor.handle(key)
            #expect((0...editor.characters.count).contains(editor.cursor))
            #expect(Array(editor.text) == editor.characters, "\(key.label)")
        }
        for _ in 0..<200 { _ = editor.handle(KeyPress(.character("_"), .control)) }
        #expect(editor.text == "one two\nthree")
    }

    // MARK: Lines

    @Test(arguments: [
        ("one two three", 8, ["one two ", "three"]), ("one two", 7, ["one two"]),
        ("onetwothree", 4, ["onet", "woth", "ree"]),
        ("a\n\nb", 5, ["a", "", "b"]), ("", 5, [""]), ("a\n", 5, ["a", ""]), ("日本語", 4, ["日本", "語"]),
        ("日", 1, ["日"]),
        ("ab   cd", 3, ["ab   ", "cd"]), ("aa bb", 2, ["aa ", "bb"]),
        ("a\u{301}b c", 2, ["a\u{301}b ", "c"]),
    ])
    func linesBreakBetweenWords(_ text: String, _ width: Int, _ expected: [String]) {
        let lines = TextLines(Array(text), width: width)
        #expect(lines.ranges.indices.map(lines.text(ofLine:)) == expected)
    }

    /// Every insertion point has a place, and a click there finds it again.
    @Test(arguments: [1, 2, 3, 5, 8, 80]) func placesAndInsertionPointsAgree(_ width: Int) {
        let characters = Array("one two\nthree 日本 e\u{301}t cetera\n\n end  ")
        let lines = TextLines(characters, width: width)
        #expect(lines.ranges.flatMap { Array(characters[$0]) } == characters.filter { $0 != "\n" })
        for cursor in 0...characters.count {
            let place = lines.place(of: cursor)
            #expect(lines.index(atColumn: place.column, line: place.line) == cursor, "\(cursor) at \(place)")
        }
    }

    @Test func arrowsMoveByLinesAsTheyAreShown() {
        var editor = TextEditor("one two three")
        for (offset, place) in [(1, nil), (-1, 5), (-1, nil), (1, 13)] as [(Int, Int?)] {
            let before = editor.cursor
            let hasMoved = editor.moveLine(by: offset, width: 8)
            #expect(hasMoved == (place != nil) && editor.cursor == place ?? before)
        }
    }

    @Test(arguments: [Size(20, 1), Size(20, 3), Size(5, 2), Size(1, 1)])
    func theCursorIsAlwaysInSight(_ size: Size) throws {
        var editor = TextEditor("The quick 日本 fox\njumps over the lazy dog and then sleeps.")
        for isWrapped in [false, true] {
            for cursor in 0...editor.characters.count {
                editor.move(to: cursor)
                var canvas = Canvas(size: Size(30, 6))
                let rect = Rect(2, 1, size.width, size.height)
                let field = TextField(editor, isWrapped: isWrapped)
                field.draw(in: &canvas, rect: rect, theme: .builtIn)
                let shown = try #require(canvas.buffer.cursor)
                #expect(rect.contains(shown))
                if isWrapped, size.width > 2, cursor < editor.characters.count,
                    editor.characters[cursor] != " "
                {
                    #expect(field.index(at: shown, in: rect) == cursor)
                }
            }
        }
    }
}
