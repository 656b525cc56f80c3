import NibbleKernels

/// The words for how many weights share a scale.
enum GranularityWord {
    /// `tensor`, `channel` or `group=N`, as far as `format` has it.
    static func parse(_ word: String, for format: any NumericFormat) throws(SettingError) -> Granularity {
        guard let granularity = format.granularities.first(where: { text(of: $0).contains(word) }) else {
            let possible = format.granularities.flatMap(text(of:))
            throw SettingError(
                possible.isEmpty
                    ? "\(format.name) fixes its own blocks: leave \(SettingError.quoted(word)) out."
                    : "\(format.name) has no granularity \(SettingError.quoted(word)): expected "
                        + "\(SettingGrammar.list(possible)).")
        }
        return granularity
    }

    /// The word, or none where the format leaves no choice.
    static func text(of granularity: Granularity) -> [String] {
        switch granularity {
        case .tensor: ["tensor"]
        case .channel: ["channel"]
        case .group(let size): ["group=\(size)"]
        case .fixed: []
        }
    }
}
