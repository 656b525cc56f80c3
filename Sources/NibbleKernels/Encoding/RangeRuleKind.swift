/// A range rule without the value of its parameter: how it is called in sentences, plans and on the screen, and what its
/// parameter may be.
///
/// A new rule is a case of ``RangeRule`` with its arithmetic, and one value in ``all``.
///
///     RangeRuleKind.percentile.rule("99.9")      // .percentile(99.9)
///     RangeRule.clip(0.8).kind.text(of: .clip(0.8))   // "clip:0.8"
public struct RangeRuleKind: Sendable {
    /// The number that a rule of the kind carries.
    public struct Parameter: Sendable {
        /// How it is written, such as `P with P above 0 and up to 100`.
        public let expectation: String
        /// What stands behind it on the screen instead of the rule's title before it; nil for nothing.
        public let unit: String?
        /// Digits behind the point on the screen; nil for as many as it takes.
        public let decimals: Int?

        fileprivate let read: @Sendable (String) -> RangeRule?
        fileprivate let number: @Sendable (RangeRule) -> Double?
        fileprivate let refusal: @Sendable (RangeRule) -> String?
    }

    /// The name in sentences, such as `mean squared error`.
    public let name: String
    /// The word in plans, such as `mse`.
    public let word: String
    /// The name on the screen, such as `MSE`.
    public let title: String
    /// Its parameter; nil for a rule that needs none.
    public let parameter: Parameter?
    /// The rule of a kind without parameter.
    private let plain: RangeRule?

    private init(
        name: String, word: String, title: String, plain: RangeRule? = nil, parameter: Parameter? = nil
    ) {
        self.name = name
        self.word = word
        self.title = title
        self.plain = plain
        self.parameter = parameter
    }

    /// The rule of this kind with a parameter as it is written in plans; nil if that is missing, out of place or out of
    /// range.
    public func rule(_ text: String?) -> RangeRule? {
        guard let parameter else { return text == nil ? plain : nil }
        guard let rule = text.flatMap(parameter.read), parameter.refusal(rule) == nil else { return nil }
        return rule
    }

    /// The number that a rule of this kind carries; nil for none.
    public func number(of rule: RangeRule) -> Double? { parameter?.number(rule) }

    /// A rule of this kind as it is written in plans, such as `percentile:99.9`.
    public func text(of rule: RangeRule) -> String {
        number(of: rule).map { word + ":" + Self.shortest($0) } ?? word
    }

    /// Why a rule of this kind cannot be used; nil if it can.
    func refusal(of rule: RangeRule) -> String? { parameter?.refusal(rule) }

    /// The shortest decimal that reads back as the same number, without a point for whole numbers.
    private static func shortest(_ value: Double) -> String {
        let text = "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}

extension RangeRuleKind {
    /// Every kind, in the order in which lists show them.
    public static let all =
        [minMax, percentile, meanSquaredError, clip, fractionBits] + ScaleRule.allCases.map(scale)

    /// ``RangeRule/minMax``.
    public static let minMax = RangeRuleKind(
        name: "min-max", word: "min-max", title: "min-max", plain: .minMax)

    /// ``RangeRule/percentile(_:)``.
    public static let percentile = RangeRuleKind(
        name: "percentile", word: "percentile", title: "percentile",
        parameter: Parameter(
            expectation: "P with P above 0 and up to 100", unit: "%", decimals: nil,
            read: { Double($0).map(RangeRule.percentile) },
            number: { if case .percentile(let percent) = $0 { percent } else { nil } },
            refusal: { rule in
                guard case .percentile(let percent) = rule, !(percent > 0 && percent <= 100) else {
                    return nil
                }
                return "A percentile must be above 0 and at most 100, not \(percent)."
            }))

    /// ``RangeRule/meanSquaredError``.
    public static let meanSquaredError = RangeRuleKind(
        name: "mean squared error", word: "mse", title: "MSE", plain: .meanSquaredError)

    /// ``RangeRule/clip(_:)``.
    public static let clip = RangeRuleKind(
        name: "clip", word: "clip", title: "clip",
        parameter: Parameter(
            expectation: "F with F above 0 and up to 1", unit: nil, decimals: 2,
            read: { Double($0).map(RangeRule.clip) },
            number: { if case .clip(let factor) = $0 { factor } else { nil } },
            refusal: { rule in
                guard case .clip(let factor) = rule, !(factor > 0 && factor <= 1) else { return nil }
                return "A clip factor must be above 0 and at most 1, not \(factor)."
            }))

    /// ``RangeRule/fractionBits(_:)``.
    public static let fractionBits = RangeRuleKind(
        name: "fraction bits", word: "point", title: "point",
        parameter: Parameter(
            expectation: "N with N whole, from \(points.lowerBound) to \(points.upperBound)", unit: nil,
            decimals: 0,
            read: { Int($0).map(RangeRule.fractionBits) },
            number: { if case .fractionBits(let bits) = $0 { Double(bits) } else { nil } },
            refusal: { rule in
                guard case .fractionBits(let bits) = rule, !points.contains(bits) else { return nil }
                return
                    "A binary point must lie from \(points.lowerBound) to \(points.upperBound), not at \(bits)."
            }))

    private static let points = FixedPointFormat.fractionBitRange

    /// ``RangeRule/scale(_:)`` of one rule, which has the same name everywhere.
    public static func scale(_ rule: ScaleRule) -> RangeRuleKind {
        RangeRuleKind(name: rule.rawValue, word: rule.rawValue, title: rule.rawValue, plain: .scale(rule))
    }
}

extension RangeRule {
    /// The rule without the value of its parameter.
    public var kind: RangeRuleKind {
        switch self {
        case .minMax: .minMax
        case .percentile: .percentile
        case .meanSquaredError: .meanSquaredError
        case .clip: .clip
        case .fractionBits: .fractionBits
        case .scale(let rule): .scale(rule)
        }
    }

    /// Whether two rules are alike but for their parameters.
    public func isSameKind(as other: RangeRule) -> Bool { kind.word == other.kind.word }
}
