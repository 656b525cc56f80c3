import NibbleQuantization
import NibbleTerminal

/// The chosen layer's setting in few words: how it is stored, and how it is multiplied.
struct SettingWords {
    let workspace: Workspace
    let theme: Theme

    /// `int4 · group 32 · min-max`; how the layer is stored where no format is chosen.
    var storage: [Span] {
        guard let storage = workspace.chosenSetting?.storage else {
            let name = workspace.chosenLayer?.storedName ?? ""
            return [Span(name, theme.strong), Span(" as stored · f chooses a format", theme.mutedStyle)]
        }
        let words = [
            storage.granularity == .fixed ? nil : SettingText.granularity(storage.granularity),
            SettingText.range(storage),
        ]
        return [Span(storage.format, theme.style(.yellow).bold)]
            + words.compactMap { $0 }.map { Span(" · " + $0, theme.strong) }
    }

    /// `int8-token · 24 bit saturate`; nothing where no format is chosen.
    var arithmetic: [Span] {
        guard let arithmetic = workspace.chosenSetting?.arithmetic else { return [] }
        guard arithmetic.activation != "float" else {
            return [Span("activations ", theme.mutedStyle), Span("float", theme.strong)]
        }
        return [
            Span(arithmetic.activation, theme.strong),
            Span(" · " + SettingText.accumulator(arithmetic.accumulator), theme.strong),
        ]
    }
}
