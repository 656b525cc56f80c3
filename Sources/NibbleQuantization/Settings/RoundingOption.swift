import NibbleKernels

/// How a weight ÷ scale becomes a code: `rounding=MODE`.
struct RoundingOption: SettingOption {
    let subject = "rounding"
    let forms = ["rounding=MODE"]
    let names: Set = ["rounding"]

    func apply(
        _ word: OptionWord, to setting: inout Setting, of format: any NumericFormat
    ) throws(SettingError) {
        guard let mode = RoundingMode(rawValue: word.value) else {
            throw SettingError(
                "\(SettingError.quoted(word.value)) is no rounding mode: expected "
                    + SettingGrammar.list(RoundingMode.allCases.map(\.rawValue)) + ".")
        }
        guard !format.rangeRules.isEmpty || mode == .halfToEven else {
            throw SettingError(
                "The rounding of \(format.name) is part of its definition: leave rounding= out.")
        }
        setting.storage.rounding = mode
    }

    func words(of setting: Setting) -> [String] { ["rounding=" + setting.storage.rounding.rawValue] }
}
