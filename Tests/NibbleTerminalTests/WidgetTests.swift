import NibbleTestSupport
import Testing

@testable import NibbleTerminal

@Suite struct WidgetTests {
    private func drawn(_ widget: some Widget, _ width: Int, _ height: Int) -> CellBuffer {
        var canvas = Canvas(size: Size(width, height))
        widget.draw(in: &canvas, rect: Rect(0, 0, width, height), theme: .builtIn)
        return canvas.buffer
    }

    @Test func aBarGrowsByEighthsFromEitherEnd() {
        let red = HorizontalBar.Fill.color(Color(0xFF0000))
        #expect(drawn(HorizontalBar(value: 0.5, fill: red), 5, 1).text(row: 0) == "██▌")
        #expect(drawn(HorizontalBar(value: 1, fill: red), 3, 1).text(row: 0) == "███")
        #expect(drawn(HorizontalBar(value: 1e-9, fill: red), 3, 1).text(row: 0) == "▏")
        for value in [0, -1, Double.nan] {
            #expect(drawn(HorizontalBar(value: value, fill: red), 3, 1).text(row: 0).isEmpty)
        }
    }

    /// Whole cells are plain blocks; only the last one is a block in reverse video.
    @Test func aLeftwardBarReversesOnlyItsEnd() {
        let bar = HorizontalBar(value: 0.5, fill: .color(Color(0xFF0000)), direction: .leftwards)
        let buffer = drawn(bar, 5, 1)
        #expect(buffer.text(row: 0) == "  ▌██")
        #expect(
            buffer.row(0).map { $0.style.attributes.contains(.reverse) } == [
                false, false, true, false, false,
            ])
        let full = drawn(HorizontalBar(value: 1, fill: .ramp, direction: .leftwards), 4, 1)
        #expect(full.text(row: 0) == "████")
        #expect(full.row(0).allSatisfy { !$0.style.attributes.contains(.reverse) })
    }

    @Test func aPanelHasItsTitleAndFactInTheBorder() {
        let panel = Panel(title: "Layers", fact: [Span("12 of 29", Style())], isFocused: true)
        let lines = drawn(panel, 30, 3).plainText.split(separator: "\n").map(String.init)
        #expect(lines.count == 3)
        #expect(lines[0].hasPrefix("╭") && lines[0].hasSuffix("╮"))
        #expect(lines[0].contains("▸ Layers") && lines[0].contains("12 of 29"))
        #expect(lines[1] == "│" + String(repeating: " ", count: 28) + "│")
        #expect(lines[2] == "╰" + String(repeating: "─", count: 28) + "╯")
    }

    @Test func widgetsFitAnyRectangle() {
        for width in 0...24 {
            for height in 0...4 {
                _ = drawn(
                    Panel(title: "漢字", scroll: ScrollBar(total: 9, visible: 2, offset: 3)), width, height)
                _ = drawn(
                    Footer(hints: [.init("j/k", "move")], kept: .init("?", "help"), message: nil), width,
                    height)
                _ = drawn(HorizontalBar(value: 0.7, fill: .ramp, direction: .leftwards), width, height)
                let footer = drawn(Footer(hints: [], kept: .init("?", "help"), message: nil), width, height)
                #expect(footer.size == Size(width, height))
            }
        }
    }

    @Test func aLayoutHandsOutItsLength() {
        #expect(
            Layout.lengths([.fixed(10), .fill(weight: 1), .fill(weight: 2)], total: 42, spacing: 1) == [
                10, 10, 20,
            ])
        #expect(Layout.lengths([.fraction(0.4), .minimum(20)], total: 100) == [40, 60])
        #expect(Layout.lengths([.fixed(10), .fixed(10)], total: 12, spacing: 1) == [10, 1])
        #expect(Layout.lengths([], total: 5).isEmpty)
    }

    @Test func partsOfALayoutNeverOverlapNorLeave() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<5_000 {
            let extents = (0..<Int.random(in: 0...5, using: &generator)).map { _ -> Extent in
                let number = Int.random(in: -3...30, using: &generator)
                switch Int.random(in: 0...3, using: &generator) {
                case 0: return .fixed(number)
                case 1: return .fraction(Double(number) / 20)
                case 2: return .minimum(number)
                default: return .fill(weight: number)
                }
            }
            let whole = Rect(3, 1, Int.random(in: 0...80, using: &generator), 4)
            let parts = whole.columns(extents, spacing: Int.random(in: 0...3, using: &generator))
            var end = whole.x
            for part in parts {
                #expect(part.x >= end && part.width >= 0 && part.right <= whole.right)
                end = part.right
            }
        }
    }
}
