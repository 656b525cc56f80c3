import NibbleTestSupport
import Testing

@testable import NibbleTerminal

@Suite struct TextTests {
    @Test(arguments: [
        ("abc", 3), ("漢字", 4), ("e\u{301}x", 2), ("😀", 2), ("👩\u{200D}👧", 4), ("한", 2), ("ﾊ", 1), ("Ａ", 2),
        ("🇫🇷", 2),
        ("\u{1B}[1m", 4), ("\u{202E}a", 2), ("a\tb\n", 4), ("\u{301}", 1), ("❤\u{FE0F}", 1), ("👍🏽", 2),
        ("", 0),
    ])
    func columnsAreThoseOfTheGlyphs(_ text: String, _ columns: Int) {
        #expect(text.columns == columns)
    }

    @Test func textIsFittedShortenedAndWrapped() {
        #expect("漢字漢字".shortened(to: 6) == "漢字…")
        #expect("漢字".fitted(to: 6, .trailing) == "  漢字")
        #expect("one two three".wrapped(to: 7) == ["one two", "three"])
        #expect("abcdefgh\n\nz".wrapped(to: 3) == ["abc", "def", "gh", "", "z"])
        #expect("abc".shortened(to: 0).isEmpty)
    }

    /// Controls, bidirectional and zero-width characters, line and paragraph separators.
    static func isForbidden(_ value: UInt32) -> Bool {
        value < 0x20 || (0x7F..<0xA0).contains(value) || (0x200B...0x200F).contains(value)
            || (0x2028...0x202E).contains(value) || (0x2060...0x206F).contains(value) || value == 0x61C
            || value == 0xFEFF
    }

    static func randomText(_ generator: inout SeededGenerator) -> String {
        var text = String.UnicodeScalarView()
        let pools: [ClosedRange<UInt32>] = [
            0...0x9F, 0x200B...0x206F, 0x20...0x7E, 0x300...0x36F, 0x4E00...0x4E80, 0x1F1E6...0x1F64F,
            0...0x10FFFF,
            0x600...0x6FF,
        ]
        for _ in 0..<Int.random(in: 0...16, using: &generator) {
            let pool = pools[Int.random(in: 0..<pools.count, using: &generator)]
            if let scalar = Unicode.Scalar(UInt32.random(in: pool, using: &generator)) { text.append(scalar) }
        }
        return String(text)
    }

    @Test func nothingThatSteersATerminalIsEverSent() {
        var generator = SeededGenerator(seed: 17)
        let depths: [ColorDepth] = [.none, .eight, .sixteen, .indexed, .direct]
        for round in 0..<6_000 {
            var canvas = Canvas(size: Size(20, 3))
            let style = Style(foreground: Color(UInt32.random(in: 0...0xFFFFFF, using: &generator)))
            for y in 0..<3 {
                let x = Int.random(in: -5...22, using: &generator)
                canvas.draw(
                    Self.randomText(&generator), at: Point(x, y), style: style, width: y == 1 ? 9 : nil)
            }
            var encoder = CellEncoder(
                depth: depths[round % depths.count], isUTF8: round % 3 > 0, capacity: 64,
                define: { _, _, _ in true })
            for y in 0..<3 {
                let cells = canvas.buffer.row(y)
                #expect(cells.reduce(0) { $0 + Int($1.width) } == 20)
                let sent = encoder.encode(cells, ground: nil).flatMap { cell in
                    withUnsafeBytes(of: cell.scalars) { Array($0.bindMemory(to: UInt32.self)) }
                }
                #expect(!sent.contains { $0 != 0 && Self.isForbidden($0) })
                #expect(round % 3 > 0 || sent.allSatisfy { $0 < 0x7F })
                let shown = cells.map(\.text).joined().unicodeScalars
                #expect(!shown.contains { Self.isForbidden($0.value) })
            }
        }
    }

    @Test func nothingIsDrawnOutsideTheClip() {
        var generator = SeededGenerator(seed: 23)
        func number() -> Int { Int.random(in: -6...26, using: &generator) }
        for _ in 0..<4_000 {
            var canvas = Canvas(size: Size(20, 6))
            canvas.fill(Rect(0, 0, 20, 6), style: Style(), with: "x")
            let clip = Rect(number(), number(), abs(number()), abs(number()))
            let rect = Rect(number(), number(), abs(number()), abs(number()))
            canvas.clipped(to: clip) { canvas in
                canvas.fill(rect, style: Style(), with: "o")
                canvas.draw("漢字漢字漢字", at: Point(rect.x, rect.y), width: rect.width, alignment: .center)
                canvas.draw(lines: ["ab", "漢"], in: rect)
                canvas.highlight(rect, Color(0x123456))
                canvas.showCursor(at: Point(rect.x, rect.y))
                Panel(title: "漢字", isFocused: true).draw(in: &canvas, rect: rect, theme: .builtIn)
            }
            for y in 0..<6 {
                #expect(canvas.buffer.row(y).reduce(0) { $0 + Int($1.width) } == 20)
                for x in 0..<20 where !clip.contains(Point(x, y)) {
                    #expect(canvas[Point(x, y)].text == "x")
                    #expect(canvas[Point(x, y)].style == Style())
                }
            }
        }
    }
}
