import NibbleKernels

/// How a grid's range is chosen: `range=RULE`, the rule with its parameter behind a colon where it has one.
struct RangeRuleOption: SettingOption {
    let subject = "range rule"
    let forms = ["range=RULE"]
    let names: Set = ["range"]

    func apply(
        _ word: OptionWord, to setting: inout Setting, of format: any NumericFormat
    ) throws(SettingError) {
        guard !format.rangeRules.isEmpty else {
            throw SettingError("The range of \(format.name) is part of its definition: leave range= out.")
        }
        let parts = word.value.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        guard let kind = format.rangeRules.map(\.kind).first(where: { $0.word == parts[0] }) else {
            throw SettingError(
                "\(format.name) has no range rule \(SettingError.quoted(word.value)): expected "
                    + "\(SettingGrammar.list(format.rangeRules.map { $0.kind.text(of: $0) })).")
        }
        guard let rule = kind.rule(parts.count > 1 ? parts[1] : nil) else {
            let expectation = kind.parameter.map { "\(kind.word):\($0.expectation)" } ?? "\(kind.word) alone"
            throw SettingError(
                "\(SettingError.quoted(word.value)) isn't complete or out of range: write \(expectation).")
        }
        setting.storage.rangeRule = rule
    }

    func words(of setting: Setting) -> [String] {
        let rule = setting.storage.rangeRule
        return ["range=" + rule.kind.text(of: rule)]
    }
}
