import NibbleTestSupport
import Testing

@testable import NibbleTerminal

@Suite struct OutputTests {
    @Test func theDepthFollowsTheEnvironmentAndTheDescription() {
        func depth(_ colors: Int, direct: Bool = false, _ variables: [String: String] = [:]) -> ColorDepth {
            .choose(environment: variables, colors: colors, isDirect: direct)
        }
        #expect(depth(256) == .indexed)
        #expect(depth(16) == .sixteen)
        #expect(depth(8) == .eight)
        #expect(depth(-1) == .none)
        #expect(depth(256, direct: true) == .direct)
        #expect(depth(256, direct: true, ["NO_COLOR": "1"]) == .none)
        #expect(depth(256, ["NO_COLOR": ""]) == .indexed)
    }

    @Test func coloursBecomeTheNumbersOfTheirDepth() {
        #expect(ColorDepth.indexed.number(of: Color(0xFF0000)) == 196)
        #expect(ColorDepth.indexed.number(of: Color(0x080808)) == 232)
        #expect(ColorDepth.indexed.number(of: Color(0x5F87AF)) == 67)
        #expect(ColorDepth.direct.number(of: Color(0x123456)) == 0x123456)
        #expect(ColorDepth.direct.number(of: Color(0x000003)) == 8)
        #expect(ColorDepth.eight.number(of: Color(0xDD4444)) == 1)
        #expect(ColorDepth.sixteen.number(of: Color(0x000000)) == 0)
        #expect(ColorDepth.sixteen.number(of: Color(0xFFFFFF)) == 15)
        #expect(ColorDepth.none.number(of: Color(0xFF0000)) == nil)
    }

    @Test func everyColourHasANumberInsideItsDepth() throws {
        var generator = SeededGenerator(seed: 7)
        let ranges: [(ColorDepth, ClosedRange<Int>)] = [
            (.eight, 0...7), (.sixteen, 0...15), (.indexed, 16...255), (.direct, 8...0xFFFFFF),
        ]
        for _ in 0..<500 {
            let color = Color(UInt32.random(in: 0...0xFFFFFF, using: &generator))
            for (depth, range) in ranges { #expect(range.contains(try #require(depth.number(of: color)))) }
        }
    }

    @Test func standInsAreOneColumnOfASCII() {
        for (text, standIn) in [
            ("│", "|"), ("╭", "+"), ("█", "#"), ("▸", ">"), ("é", "e"), ("⣿", "#"), ("⠁", "."), ("✓", "v"),
            ("漢", "?"),
            ("a", "a"), ("", " "),
        ] {
            #expect(String(AsciiStandIns.standIn(for: text)) == standIn, "\(text)")
        }
        var canvas = Canvas(size: Size(6, 1))
        canvas.draw("漢x█", at: Point(0, 0))
        let cells = canvas.buffer.row(0).map(AsciiStandIns.cell(for:))
        #expect(cells.map(\.text).joined() == "? x#  ")
        #expect(cells.allSatisfy { $0.width == 1 })
    }

    @Test func fewColourPairsNeverMakeTextVanish() {
        var numbers: [Int32] = []
        var encoder = CellEncoder(depth: .eight, isUTF8: true, capacity: 64) { _, foreground, background in
            numbers.append(foreground)
            return foreground != background
        }
        var canvas = Canvas(size: Size(1, 1))
        canvas.draw(
            "x", at: Point(0, 0), style: Style(foreground: Color(0x777777), background: Color(0x808080)))
        #expect(encoder.encode(canvas.buffer.row(0), ground: nil).map(\.pair) == [1])
        #expect(numbers.count == 1)
    }
}
