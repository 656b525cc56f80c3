import NibbleKernels

/// What becomes of activations: `activation=SCHEME`.
struct ActivationOption: SettingOption {
    let subject = "activation scheme"
    let forms = ["activation=SCHEME"]
    let names: Set = ["activation"]

    func apply(
        _ word: OptionWord, to setting: inout Setting, of format: any NumericFormat
    ) throws(SettingError) {
        guard let name = format.activations.first(where: { $0.lowercased() == word.value }) else {
            throw SettingError(
                "\(format.name) has no activation scheme \(SettingError.quoted(word.value)): expected "
                    + SettingGrammar.list(format.activations) + ".")
        }
        setting.arithmetic.activation = name
    }

    func words(of setting: Setting) -> [String] { ["activation=" + setting.arithmetic.activation] }
}
