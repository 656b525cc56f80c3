import NibbleKernels

/// How many weights share a scale: `tensor`, `channel` or `group=N`.
struct GranularityOption: SettingOption {
    let subject = "granularity"
    let forms = ["tensor", "channel", "group=N"]
    let names: Set = ["tensor", "channel", "group"]

    /// Only a group has a size.
    func takesValue(_ name: String) -> Bool { name == "group" }

    func apply(
        _ word: OptionWord, to setting: inout Setting, of format: any NumericFormat
    ) throws(SettingError) {
        guard let granularity = format.granularities.first(where: { Self.words(of: $0).contains(word.text) })
        else {
            let possible = format.granularities.flatMap(Self.words(of:))
            throw SettingError(
                possible.isEmpty
                    ? "\(format.name) fixes its own blocks: leave \(SettingError.quoted(word.text)) out."
                    : "\(format.name) has no granularity \(SettingError.quoted(word.text)): expected "
                        + "\(SettingGrammar.list(possible)).")
        }
        setting.storage.granularity = granularity
    }

    func words(of setting: Setting) -> [String] { Self.words(of: setting.storage.granularity) }

    private static func words(of granularity: Granularity) -> [String] {
        switch granularity {
        case .tensor: ["tensor"]
        case .channel: ["channel"]
        case .group(let size): ["group=\(size)"]
        case .fixed: []
        }
    }
}
