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

    // MARK: ASCII

    @Test(arguments: [
        ("10³ 10¹² 10⁻⁶ σ²", "1e3 1e12 1e-6 s2"), ("looking …   ", "looking ... "),
        ("name… f16", "name~ f16"),
        ("end…  x", "end.. x"), ("KL ∞   ", "KL inf "), ("∞", "I"),
    ])
    func signsThatNeedSeveralLettersTakeThemWhereThereIsRoom(_ text: String, _ ascii: String) {
        var canvas = Canvas(size: Size(text.count, 1))
        canvas.draw(text, at: Point(0, 0))
        #expect(AsciiStandIns.row(for: Array(canvas.buffer.row(0))).map(\.text).joined() == ascii)
    }

    @Test func signsThatMeanDifferentThingsDifferInASCII() {
        for signs in [
            ["!", "▲", "△", "×", "•"], ["◆", "•", "▲", "●", "○"], ["✓", "✗", "·", "●"], ["▲", "▼", "=", "+"],
            ["█", "▒", " "],
        ] {
            #expect(Set(signs.map(AsciiStandIns.standIn(for:))).count == signs.count, "\(signs)")
        }
    }

    // MARK: Locales

    @Test(
        arguments: [
            (["LANG": "de_DE.UTF-8"], ["": 2], true, false),
            (["LANG": "C"], ["": 1, "C.UTF-8": 2], false, false),
            (["LC_ALL": "POSIX", "LANG": "de_DE.UTF-8"], ["": 1, "C.UTF-8": 2], false, false),
            ([:], ["": 1, "C.UTF-8": 2], true, false), ([:], ["": 1], false, false),
            (["LANG": "nosuch.UTF-8"], ["C.utf8": 2], true, true),
            (["LANG": "nosuch"], ["en_US.UTF-8": 2], true, true),
            (["LANG": "nosuch.UTF-8"], [:], false, true),
            (["LANG": "de_DE.ISO-8859-1"], ["C.UTF-8": 2], false, true),
            (["LANG": "de_DE.ISO-8859-1"], ["": 1, "C.UTF-8": 2], false, true),
        ] as [([String: String], [String: Int], Bool, Bool)])
    func theLocaleIsReplacedOnlyWhereItIsMissing(
        _ environment: [String: String], _ installed: [String: Int], _ isUTF8: Bool, _ hasRemark: Bool
    ) {
        let choice = LocaleChoice.choose(environment) { name in
            switch installed[name] {
            case 2: .utf8
            case 1: .other
            default: .missing
            }
        }
        #expect(choice.isUTF8 == isUTF8)
        #expect((choice.remark != nil) == hasRemark)
    }

    // MARK: Few colours

    @Test func aHighlightKeepsItsGroundWhereColoursCollapse() throws {
        let ground = Color(0x14151A)
        var canvas = Canvas(size: Size(4, 1), style: Style(foreground: Color(0xDDDDDD), background: ground))
        canvas.highlight(Rect(0, 0, 2, 1), Color(0x1C1E26))
        canvas.draw("ab", at: Point(1, 0), style: Style(foreground: Color(0x4477EE)))
        for depth in [ColorDepth.eight, .sixteen] {
            var palette = PaletteMapping(depth: depth)
            let found = (0..<4).map {
                palette.numbers(of: canvas.buffer[$0, 0], ground: canvas.buffer.ground)
            }
            let numbers = found.compactMap { $0 }
            try #require(numbers.count == 4)
            #expect(numbers[0].background == 7)
            #expect(numbers[1].background == 7)
            #expect(numbers[2].background == 0)
            // The chosen tab has the plain ground where the header has another: here both are black.
            var tab = canvas.buffer[2, 0]
            tab.style.attributes.insert(.highlight)
            #expect(palette.numbers(of: tab, ground: canvas.buffer.ground)?.background == 7)
            // Blue on black can't be read.
            #expect(numbers[2].foreground != 4)
        }
        #expect(Monochrome.cell(for: canvas.buffer[1, 0]).style.attributes.contains(.reverse))
        #expect(!Monochrome.cell(for: canvas.buffer[2, 0]).style.attributes.contains(.reverse))
    }

    /// The end of a bar in front of another has that one's colour as its ground, so that there is no hole.
    @Test func aBarInFrontOfAnotherLeavesNoHole() {
        let ground = Color(0x101010)
        let (front, back) = (Color(0xFFDD00), Color(0x4477EE))
        var canvas = Canvas(size: Size(1, 4), style: Style(background: ground))
        let rect = Rect(0, 0, 1, 4)
        ColumnChart(columns: [.init(1, back)]).draw(in: &canvas, rect: rect, theme: .builtIn)
        ColumnChart(columns: [.init(0.4, front)], isSecond: true).draw(
            in: &canvas, rect: rect, theme: .builtIn)
        let cell = canvas.buffer[0, 2]
        #expect(cell.text == "▅")
        #expect(cell.style.foreground == front)
        #expect(cell.style.background == back)
        #expect(Monochrome.cell(for: cell).text == "▒")
        #expect(Monochrome.cell(for: canvas.buffer[0, 1]).text == "█")
    }
}
