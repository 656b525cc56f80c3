import NibbleTerminal

/// All keys that work on a screen, from the key table, and what the signs mean.
struct HelpView {
    let screenShown: any Screen
    let theme: Theme

    /// Draws the dialog from line `top` on.
    func draw(in canvas: inout Canvas, screen: Rect, top: Int) {
        let lines = lines
        let size = Size(min(82, screen.width - 8), min(lines.count, screen.height - 4))
        let dialog = Dialog(
            title: "Keys · \(screenShown.title)", contentSize: size,
            hints: [.init("j/k", "scroll"), .init("Esc", "close")])
        dialog.draw(in: &canvas, rect: screen, theme: theme)
        let content = dialog.content(in: screen)
        let first = min(top, max(0, lines.count - content.height))
        for (row, line) in lines.dropFirst(first).prefix(content.height).enumerated() {
            canvas.draw(line, at: content.row(row).origin, width: content.width)
        }
        ScrollBar(total: lines.count, visible: content.height, offset: first).draw(
            in: &canvas, rect: Rect(content.right + 1, content.y, 1, content.height), theme: theme)
    }

    private var lines: [[Span]] {
        let keys = screenShown.bindings.map { binding in
            let label = binding.presses.map(\.label).joined(separator: " ")
            return [
                Span(label.fitted(to: 12, .leading), theme.style(.yellow).bold),
                Span(binding.help, theme.plain),
            ]
        }
        return keys + [[]]
            + Self.signs.map {
                [Span($0.0.fitted(to: 12, .leading), theme.style($0.2).bold), Span($0.1, theme.softStyle)]
            }
    }

    /// The signs of the screens.
    private static let signs: [(String, String, Slot)] = [
        ("~", "estimated from a sample of rows; the exact figure follows", .yellow),
        ("×", "weights beyond the grid are clipped", .orange),
        ("△", "activations were clipped while running", .orange),
        ("▲", "an accumulator overflowed while running", .red),
        ("!", "weights or activations that are NaN or infinite", .red),
        ("◆", "the first token on which plan and original differ", .orange),
        ("• in a tree", "marked: a change applies to all marked layers", .yellow),
    ]
}
