import NibbleQuantization
import NibbleTerminal

/// One line with the chosen layer's setting, for wide screens.
struct SettingStrip {
    let workspace: Workspace
    let theme: Theme

    /// Draws pairs of a muted label and a bold value, four blanks apart.
    func draw(in canvas: inout Canvas, rect: Rect) {
        guard let layer = workspace.chosenLayer else { return }
        var spans: [Span] = []
        for (label, value) in pairs(layer.id.name) {
            if !spans.isEmpty { spans.append(Span("    ", theme.plain)) }
            spans += [Span(label + " ", theme.mutedStyle), Span(value, theme.strong)]
        }
        canvas.draw(spans, at: rect.origin, width: rect.width)
    }

    private func pairs(_ name: String) -> [(String, String)] {
        guard let setting = workspace.chosenSetting else {
            return [("layer", name), ("setting", "as stored"), ("format", "Space or f")]
        }
        return [("layer", name), ("format", setting.storage.format)] + SettingText.choices(setting)
    }
}
