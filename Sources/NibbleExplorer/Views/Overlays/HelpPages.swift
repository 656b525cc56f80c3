import NibbleTerminal

/// All keys that work on a screen, from the key table, and what the signs mean.
struct HelpPages: Pages {
    let title: String
    let width = 82
    var openedBy: [KeyPress] { SharedBindings.help.presses }
    private let lines: [[Span]]

    init(_ state: ApplicationState) {
        let theme = state.theme
        title = "Keys · \(state.screen.title)"
        let keys = state.screen.bindings(in: state).map { binding in
            let label = binding.presses.map(\.label).joined(separator: " ")
            return [
                Span(label.fitted(to: 14, .leading), theme.style(.yellow).bold),
                Span(binding.help, theme.plain),
            ]
        }
        let signs = Self.signs.map {
            [Span($0.0.fitted(to: 14, .leading), theme.style($0.2).bold), Span($0.1, theme.softStyle)]
        }
        lines = keys + [[]] + signs
    }

    var count: Int { lines.count }

    func line(_ index: Int) -> [Span] { lines[index] }

    /// The signs of the screens.
    private static let signs: [(String, String, Slot)] = [
        ("~", "estimated from a sample of rows; the exact figure follows", .yellow),
        ("×", "weights beyond the grid are clipped", .orange),
        ("△", "activations were clipped while running", .orange),
        ("▲", "an accumulator overflowed while running", .red),
        ("!", "weights or activations that are NaN or infinite", .red),
        ("◆", "plan and original differ: first token, class, word, nearest text", .orange),
        ("• in a tree", "marked: a change applies to all marked layers", .yellow),
    ]
}
