import NibbleKernels

/// How one layer is stored and multiplied and by which method its codes are found, with a text form for plans and the
/// command line.
///
/// The text is a format name, then options in any order, separated by blanks or commas:
///
///     FORMAT [tensor | channel | group=N] [range=RULE] [rounding=MODE] [activation=SCHEME]
///            [accumulator=BITS-OVERFLOW] [method=NAME]
///     RULE: min-max | percentile:99.9 | mse | clip:0.8 | point:5        OVERFLOW: wrap | saturate
///
/// for example `int4 group=32 range=mse activation=int8-token`. Capital letters don't matter. What is left
/// out has the format's default; ``description`` leaves it out too. Formats, granularities, rules, schemes and
/// methods are those of the catalogues, so a new one is understood without a change here.
public struct Setting: Hashable, Sendable, CustomStringConvertible {
    /// What determines the packed bytes.
    public var storage: StorageEncoding
    /// How the packed bytes are multiplied; a change of it encodes nothing.
    public var arithmetic: Arithmetic
    /// How the codes are found.
    public var method: MethodChoice

    /// A setting of choices that were made elsewhere; they are not checked.
    public init(storage: StorageEncoding, arithmetic: Arithmetic, method: MethodChoice = .rounding) {
        self.storage = storage
        self.arithmetic = arithmetic
        self.method = method
    }

    /// The word that stands for a layer kept as it is stored.
    public static let originalWord = "original"

    /// Reads a setting, or `original`, which gives nil.
    ///
    /// - Throws: ``SettingError`` with a sentence that names the word and what is possible.
    public static func parse(_ text: String) throws(SettingError) -> Setting? {
        let words = text.split(whereSeparator: SettingGrammar.isSeparator)
        if words.count == 1, words[0].lowercased() == originalWord { return nil }
        return try Setting(parsing: text)
    }

    /// Reads a setting.
    ///
    /// - Throws: ``SettingError`` with a sentence that names the word and what is possible.
    public init(parsing text: String) throws(SettingError) {
        self = try SettingGrammar.parse(text)
    }

    /// The canonical text, which reads back as the same setting.
    public var description: String { SettingGrammar.text(of: self) }

    /// The text of a setting, `original` for nil.
    public static func text(of setting: Setting?) -> String { setting?.description ?? originalWord }
}
