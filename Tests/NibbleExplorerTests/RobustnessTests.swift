import NibbleTerminal
import NibbleTestSupport
import Testing

@testable import NibbleExplorer

@Suite struct RobustnessTests {
    /// Random keys, clicks, pastes and sizes: no state traps, and every screen fills exactly its size.
    @Test(arguments: 1...6) func randomInputNeverTraps(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var driver = ExplorerFixture.explorer(startsRun: false)
        let keys =
            ScreenCatalogue.all.flatMap(\.bindings).flatMap(\.presses) + [
                KeyPress(.backspace), KeyPress(.character("é")),
            ]
        for step in 0..<300 {
            switch Int.random(in: 0..<12, using: &generator) {
            case 0: driver.send(.terminal(.resize(size(&generator))))
            case 1:
                let point = Point(
                    Int.random(in: -1..<170, using: &generator), Int.random(in: -1..<50, using: &generator))
                driver.send(.terminal(.mouse(MouseEvent(.press(.left), at: point))))
            case 2: driver.send(.terminal(.paste("a\u{7}b\n\u{202E}c")))
            default:
                guard let key = keys.randomElement(using: &generator), key != KeyPress("m") else { continue }
                driver.send(.terminal(.key(key)))
            }
            let size = driver.state.size
            let buffer = FrameView(state: driver.state).render()
            #expect(buffer.size == size, "step \(step)")
            #expect(
                !buffer.plainText.unicodeScalars.contains {
                    $0.value < 32 && $0 != "\n" || $0.value == 0x202E
                })
        }
    }

    private func size(_ generator: inout SeededGenerator) -> Size {
        Size(Int.random(in: 1..<170, using: &generator), Int.random(in: 1..<50, using: &generator))
    }

    @Test func nothingIsDrawnOverItsNeighbour() {
        for width in stride(from: 20, through: 200, by: 3) {
            for height in stride(from: 5, through: 60, by: 4) {
                for focus in Workspace.Panel.allCases {
                    let layout = ExplorerLayout(size: Size(width, height), focus: focus)
                    let compare = CompareLayout(size: Size(width, height))
                    Self.expectApart(
                        [
                            layout.strip, layout.layers, layout.weights, layout.details, layout.original,
                            layout.quantized, layout.overview, layout.companion,
                        ],
                        in: Size(width, height))
                    Self.expectApart(
                        [
                            compare.strip, compare.original, compare.plan, compare.divergence,
                            compare.candidates, compare.layers,
                        ],
                        in: Size(width, height))
                }
            }
        }
    }

    static func expectApart(_ rects: [Rect], in size: Size) {
        let drawn = rects.filter { !$0.isEmpty }
        for (index, rect) in drawn.enumerated() {
            #expect(rect.intersection(Rect(size)) == rect, "\(rect) leaves \(size)")
            #expect(
                rect.y >= 1 && rect.bottom <= size.height - 1, "\(rect) covers header or footer at \(size)")
            for other in drawn.dropFirst(index + 1) {
                #expect(rect.intersection(other).isEmpty, "\(rect) and \(other) overlap at \(size)")
            }
        }
    }
}
