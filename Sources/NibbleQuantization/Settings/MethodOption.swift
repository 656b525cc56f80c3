import NibbleKernels

/// The method by which codes are found: `method=NAME`.
struct MethodOption: SettingOption {
    let subject = "method"
    let forms = ["method=NAME"]
    let names: Set = ["method"]

    func apply(
        _ word: OptionWord, to setting: inout Setting, of format: any NumericFormat
    ) throws(SettingError) {
        let choice = MethodChoice(name: word.value)
        _ = try MethodCatalogue.method(of: choice)
        setting.method = choice
    }

    func words(of setting: Setting) -> [String] { ["method=" + setting.method.name] }
}
