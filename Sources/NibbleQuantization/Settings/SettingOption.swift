import NibbleKernels

/// One choice in the text of a setting: how it is written, read and left out.
///
/// A new option is one type and one entry in ``SettingOptions``.
protocol SettingOption: Sendable {
    /// What it is about, as a sentence calls it, such as `range rule`.
    var subject: String { get }
    /// How it is written, such as `range=RULE`.
    var forms: [String] { get }
    /// What a word begins with, up to its equals sign.
    var names: Set<String> { get }
    /// Whether a word that begins so goes on with an equals sign and a value.
    func takesValue(_ name: String) -> Bool
    /// Reads the option.
    ///
    /// - Throws: ``SettingError`` with what is possible.
    func apply(
        _ word: OptionWord, to setting: inout Setting, of format: any NumericFormat) throws(SettingError)
    /// The words for what a setting has, without regard to the format's default; none where there is no choice.
    func words(of setting: Setting) -> [String]
}

extension SettingOption {
    /// Most options are a name, an equals sign and a value.
    func takesValue(_ name: String) -> Bool { true }
}

/// A word of a setting in small letters: `group=32` has the name `group` and the value `32`.
struct OptionWord {
    /// The whole word.
    let text: String
    /// What stands before the equals sign.
    let name: String
    /// What stands behind it; empty without one.
    let value: String
    /// Whether there is an equals sign.
    let hasValue: Bool

    init(_ text: String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        self.text = text
        name = String(parts[0])
        value = parts.count > 1 ? String(parts[1]) : ""
        hasValue = parts.count > 1
    }
}

/// The list of all options.
enum SettingOptions {
    /// Every option, in the order in which settings are written.
    static let all: [any SettingOption] = [
        GranularityOption(), RangeRuleOption(), RoundingOption(), ActivationOption(), AccumulatorOption(),
        MethodOption(),
    ]

    /// The option that a word is about.
    static func option(of word: OptionWord) -> (any SettingOption)? {
        all.first { $0.names.contains(word.name) && $0.takesValue(word.name) == word.hasValue }
    }
}
