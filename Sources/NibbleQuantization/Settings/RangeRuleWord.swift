import NibbleKernels

/// The words for how a grid's range is chosen.
enum RangeRuleWord {
    /// The rule that `word` names, as far as `format` has one of that kind.
    static func parse(_ word: String, for format: any NumericFormat) throws(SettingError) -> RangeRule {
        guard !format.rangeRules.isEmpty else {
            throw SettingError("The range of \(format.name) is part of its definition: leave range= out.")
        }
        let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        let parameter = parts.count > 1 ? parts[1] : nil
        guard format.rangeRules.contains(where: { name(of: $0) == parts[0] }) else {
            throw SettingError(
                "\(format.name) has no range rule \(SettingError.quoted(word)): expected "
                    + "\(SettingGrammar.list(format.rangeRules.map(text(of:)))).")
        }
        if let rule = rule(parts[0], parameter) { return rule }
        throw SettingError(
            "\(SettingError.quoted(word)) isn't complete or out of range: \(expectation(parts[0])).")
    }

    private static func rule(_ name: String, _ parameter: String?) -> RangeRule? {
        switch (name, parameter) {
        case ("min-max", nil): return .minMax
        case ("mse", nil): return .meanSquaredError
        case ("percentile", let text?):
            guard let percent = Double(text), percent > 0, percent <= 100 else { return nil }
            return .percentile(percent)
        case ("clip", let text?):
            guard let factor = Double(text), factor > 0, factor <= 1 else { return nil }
            return .clip(factor)
        case ("point", let text?):
            guard let bits = Int(text), FixedPointFormat.fractionBitRange.contains(bits) else { return nil }
            return .fractionBits(bits)
        case (_, nil): return ScaleRule(rawValue: name).map(RangeRule.scale)
        default: return nil
        }
    }

    private static func expectation(_ name: String) -> String {
        switch name {
        case "percentile": "write percentile:P with P above 0 and up to 100"
        case "clip": "write clip:F with F above 0 and up to 1"
        case "point":
            "write point:N with N whole, from \(FixedPointFormat.fractionBitRange.lowerBound) to "
                + "\(FixedPointFormat.fractionBitRange.upperBound)"
        default: "write \(name) alone"
        }
    }

    /// The rule without its parameter.
    static func name(of rule: RangeRule) -> String {
        switch rule {
        case .minMax: "min-max"
        case .percentile: "percentile"
        case .meanSquaredError: "mse"
        case .clip: "clip"
        case .fractionBits: "point"
        case .scale(let rule): rule.rawValue
        }
    }

    /// The rule with its parameter.
    static func text(of rule: RangeRule) -> String {
        switch rule {
        case .minMax, .meanSquaredError, .scale: name(of: rule)
        case .percentile(let percent): "percentile:" + number(percent)
        case .clip(let factor): "clip:" + number(factor)
        case .fractionBits(let bits): "point:\(bits)"
        }
    }

    /// The shortest decimal that reads back as the same number, without a point for whole numbers.
    private static func number(_ value: Double) -> String {
        let text = "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
