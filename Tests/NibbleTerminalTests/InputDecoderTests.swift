import NibbleTestSupport
import Testing

@testable import NibbleTerminal

@Suite struct InputDecoderTests {
    private func events(_ text: String) -> [Event] {
        var decoder = InputDecoder()
        return decoder.feed(text.utf8) + decoder.flush()
    }

    @Test(arguments: [
        ("\u{1B}[A", "up"), ("\u{1B}OB", "down"), ("\u{1B}[1;5C", "ctrl-right"),
        ("\u{1B}[1;2D", "shift-left"),
        ("\u{1B}[Z", "shift-tab"), ("\u{1B}[5~", "pgup"), ("\u{1B}[3;3~", "alt-delete"), ("\u{1B}OP", "f1"),
        ("\u{1B}[24~", "f12"), ("\u{1B}[[C", "f3"), ("\u{12}", "ctrl-r"), ("\r", "enter"), ("\n", "ctrl-j"),
        ("\u{7F}", "backspace"),
        ("\u{1B}x", "alt-x"), ("é", "é"), ("漢", "漢"), ("\u{1B}", "esc"), ("\u{1B}[", "alt-["),
        ("\u{0}", "ctrl-space"),
        ("\u{1B}[114;5u", "ctrl-r"),
    ])
    func bytesAreKeys(_ bytes: String, _ name: String) throws {
        #expect(events(bytes) == [try #require(Event.key(named: name))])
    }

    @Test func mouseReportsAreReadInTheirSGRForm() {
        let found = events(
            "\u{1B}[<0;3;4M\u{1B}[<32;5;4M\u{1B}[<0;5;4m\u{1B}[<64;1;1M\u{1B}[<81;2;1M\u{1B}[<0;0;1M")
        let expected = [
            MouseEvent(.press(.left), at: Point(2, 3)), MouseEvent(.drag(.left), at: Point(4, 3)),
            MouseEvent(.release(.left), at: Point(4, 3)), MouseEvent(.wheelUp, at: Point(0, 0)),
            MouseEvent(.wheelDown, at: Point(1, 0), modifiers: .control),
        ]
        #expect(found == expected.map(Event.mouse))
    }

    @Test func anEscapeWaitsForTheRestOfItsSequence() {
        var decoder = InputDecoder()
        #expect(decoder.feed([0x1B]).isEmpty)
        #expect(decoder.waiting == .escape)
        #expect(decoder.feed(Array("[B".utf8)) == [.key(KeyPress(.down))])
        #expect(decoder.waiting == nil)
        #expect(decoder.feed([0x1B]).isEmpty)
        #expect(decoder.flush() == [.key(KeyPress(.escape))])
    }

    /// Wherever the reads are cut, also inside a character or inside either mark, the paste arrives whole.
    @Test func aPasteArrivesWholeHoweverItsBytesAreCut() {
        let bytes = Array("k\u{1B}[200~né漢😀\u{1B}[A\n\u{1B}[201~q".utf8)
        let expected: [Event] = [.key(KeyPress("k")), .paste("né漢😀\u{1B}[A\n"), .key(KeyPress("q"))]
        for first in 0...bytes.count {
            for second in first...bytes.count {
                var decoder = InputDecoder()
                let found =
                    decoder.feed(bytes[..<first]) + decoder.feed(bytes[first..<second])
                    + decoder.feed(bytes[second...])
                #expect(found == expected, "cut at \(first) and \(second)")
            }
        }
    }

    @Test func aPasteIsKeptUpToItsLimit() {
        var decoder = InputDecoder()
        #expect(decoder.feed("\u{1B}[200~".utf8).isEmpty)
        let part = [UInt8](repeating: 0x61, count: 300_000)
        for _ in 0..<5 { #expect(decoder.feed(part).isEmpty) }
        let found = decoder.feed("\u{1B}[201~z".utf8)
        #expect(
            found == [
                .paste(String(repeating: "a", count: InputDecoder.longestPaste)), .key(KeyPress("z")),
            ])
    }

    @Test func anyBytesAreDecodedAndLeaveNothingStuck() {
        var generator = SeededGenerator(seed: 41)
        let parts = [
            "\u{1B}", "[", "O", "<", ";", "~", "M", "m", "u", "200~", "201~", "1", "99999999999", "-", "é",
            "😀", "A",
        ].map { Array($0.utf8) }
        for _ in 0..<20_000 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...12, using: &generator) {
                bytes +=
                    Bool.random(using: &generator)
                    ? parts[Int.random(in: 0..<parts.count, using: &generator)]
                    : [UInt8.random(in: 0...255, using: &generator)]
            }
            let cut = Int.random(in: 0...bytes.count, using: &generator)
            var decoder = InputDecoder()
            _ = decoder.feed(bytes[..<cut]) + decoder.feed(bytes[cut...]) + decoder.flush()
            #expect(decoder.waiting == nil)
            let end = decoder.feed("\u{1B}[201~".utf8) + decoder.feed("j".utf8) + decoder.flush()
            #expect(end.last == .key(KeyPress("j")))
        }
    }

    @Test func keysAreReadFromWhatTheyAreDescribedAs() {
        let keys: [Key] =
            [
                .enter, .tab, .escape, .backspace, .delete, .insert, .up, .down, .left, .right, .home, .end,
                .pageUp,
                .pageDown, .character("a"), .character(" "), .character("+"), .character("-"),
                .character("漢"),
            ] + (1...24).map(Key.function)
        for key in keys {
            for bits in UInt8(0)..<8 {
                var modifiers = Modifiers(rawValue: bits)
                if case .character = key { modifiers.remove(.shift) }
                let press = KeyPress(key, modifiers)
                #expect(KeyPress(parsing: press.description) == press, "\(press)")
            }
        }
        for name in ["", "ctrl-", "ctrl-ctrl-a", "shift-a", "f0", "f25", "nokey", "\u{1B}"] {
            #expect(KeyPress(parsing: name) == nil, "\(name)")
        }
    }
}
