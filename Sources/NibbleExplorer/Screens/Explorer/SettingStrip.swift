import NibbleQuantization
import NibbleTerminal

/// One line with the chosen layer's setting.
struct SettingStrip {
    let workspace: Workspace
    let theme: Theme

    /// Draws pairs of a muted label and a bold value as far apart as there is room; in few columns the values alone.
    func draw(in canvas: inout Canvas, rect: Rect) {
        guard let layer = workspace.chosenLayer else { return }
        let words = SettingWords(workspace: workspace, theme: theme)
        let separator = words.arithmetic.isEmpty ? [] : [Span(" · ", theme.mutedStyle)]
        let wordings = [
            pairs(layer.id.name, blanks: 4), pairs(layer.id.shortName, blanks: 3),
            pairs(layer.id.shortName, blanks: 2), pairs(nil, blanks: 2),
            words.storage + separator + words.arithmetic,
        ]
        let fitting = wordings.first { $0.reduce(0) { $0 + $1.text.columns } <= rect.width }
        canvas.draw(fitting ?? wordings[wordings.count - 1], at: rect.origin, width: rect.width)
    }

    private func pairs(_ name: String?, blanks: Int) -> [Span] {
        ((name.map { [("layer", $0)] } ?? []) + choices).enumerated().flatMap { index, pair in
            [
                Span(index == 0 ? "" : String(repeating: " ", count: blanks), theme.plain),
                Span(pair.0 + " ", theme.mutedStyle), Span(pair.1, theme.strong),
            ]
        }
    }

    private var choices: [(String, String)] {
        guard let setting = workspace.chosenSetting else {
            return [("setting", "as stored"), ("format", "Space or f")]
        }
        return [("format", setting.storage.format)] + SettingText.choices(setting).map { ($0.label, $0.text) }
    }
}
