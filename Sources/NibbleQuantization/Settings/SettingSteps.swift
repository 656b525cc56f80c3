import NibbleKernels

/// The moves of the keyboard: each gives the changed setting, or nil where there is nothing to move to.
///
/// What the target format has too is kept; the rest takes the format's defaults.
extension Setting {
    private var format: (any NumericFormat)? { try? FormatCatalogue.format(named: storage.format) }

    /// The format's default setting.
    public static func standard(_ format: any NumericFormat) -> Setting {
        Setting(storage: format.defaultEncoding, arithmetic: format.defaultArithmetic)
    }

    /// The format after `setting`'s in the catalogue, the first for nil or after the last.
    public static func nextFormat(after setting: Setting?) -> Setting {
        let formats = FormatCatalogue.all
        let position = setting.flatMap { setting in
            formats.firstIndex { $0.name == setting.storage.format }
        }
        let format = formats[position.map { ($0 + 1) % formats.count } ?? 0]
        return setting?.changing(to: format) ?? .standard(format)
    }

    /// This setting in another format: granularity, range rule, rounding, activation scheme, accumulator and method
    /// stay as far as the format has them.
    public func changing(to format: any NumericFormat) -> Setting {
        var target = Setting.standard(format)
        if format.granularities.contains(storage.granularity) {
            target.storage.granularity = storage.granularity
        }
        if keepsRule(in: format) { target.storage.rangeRule = storage.rangeRule }
        if !format.rangeRules.isEmpty { target.storage.rounding = storage.rounding }
        if format.activations.contains(arithmetic.activation),
            arithmetic.activation != self.format?.activations.first
        {
            target.arithmetic.activation = arithmetic.activation
        }
        if format.activations.count > 1 { target.arithmetic.accumulator = arithmetic.accumulator }
        target.method = method
        return target
    }

    /// A position of the binary point set by hand belongs to one word length, so it isn't carried over.
    private func keepsRule(in format: any NumericFormat) -> Bool {
        if case .fractionBits = storage.rangeRule { return false }
        return format.rangeRules.contains { $0.isSameKind(as: storage.rangeRule) }
    }

    /// The format of the same family with the next larger (`by` > 0) or smaller code width; nil at the end.
    public func movingBitWidth(by direction: Int) -> Setting? {
        guard let format, direction != 0 else { return nil }
        let kin = FormatCatalogue.all.filter { candidate in
            candidate.family == format.family
                && (candidate.codeBits - format.codeBits) * direction.signum() > 0
        }
        let nearest = kin.min { abs($0.codeBits - format.codeBits) < abs($1.codeBits - format.codeBits) }
        return nearest.map(changing(to:))
    }

    /// The next granularity in the format's list, going round; nil where the format leaves no choice.
    public func movingGranularity(by offset: Int = 1) -> Setting? {
        moved(format?.granularities ?? [], from: storage.granularity, by: offset) {
            $0.storage.granularity = $1
        }
    }

    /// The next range rule in the format's list, with its usual parameter, going round; nil without a choice.
    public func movingRangeRule(by offset: Int = 1) -> Setting? {
        let rules = format?.rangeRules ?? []
        let current = rules.first { $0.isSameKind(as: storage.rangeRule) }
        return moved(rules, from: current ?? storage.rangeRule, by: offset) { $0.storage.rangeRule = $1 }
    }

    /// The next activation scheme that the format can be used with, going round; nil without a choice.
    public func movingActivation(by offset: Int = 1) -> Setting? {
        moved(format?.activations ?? [], from: arithmetic.activation, by: offset) {
            // A calibrated range belongs to the scheme that it was found for.
            $0.arithmetic = Arithmetic(activation: $1, accumulator: $0.arithmetic.accumulator)
        }
    }

    /// The next accumulator: from the widest register down to the narrowest, wrapping before saturating, going round.
    public func movingAccumulator(by offset: Int = 1) -> Setting? {
        let all = Accumulator.widths.sorted(by: >).flatMap { bits in
            Accumulator.Overflow.allCases.map { Accumulator(bits: bits, overflow: $0) }
        }
        return moved(all, from: arithmetic.accumulator, by: offset) { $0.arithmetic.accumulator = $1 }
    }

    private func moved<Choice: Equatable>(
        _ choices: [Choice], from current: Choice, by offset: Int,
        _ change: (inout Setting, Choice) -> Void
    ) -> Setting? {
        guard choices.count > 1 || (choices.count == 1 && choices[0] != current) else { return nil }
        let start = choices.firstIndex(of: current) ?? -offset.signum()
        let index = ((start + offset) % choices.count + choices.count) % choices.count
        var changed = self
        change(&changed, choices[index])
        return changed
    }
}

/// Moving a grid's ends by hand.
extension Setting {
    /// The factor between neighbouring positions of a manual clip.
    public static let clipStep = 0.05

    /// The grid's ends one step further out (`direction` > 0) or in.
    ///
    /// For formats with a clip factor by ``clipStep`` of the min-max range; for fixed point by moving the
    /// binary point, that is, by a factor of two.
    /// - Parameter parameters: those of the packed matrix, which know where a rule has put the binary point;
    ///   without them moving starts from the word's standard position.
    /// - Returns: nil where the format has neither, or at the end of the range.
    public func movingClip(by direction: Int, parameters: TensorParameters? = nil) -> Setting? {
        guard let format, direction != 0 else { return nil }
        var changed = self
        for rule in format.rangeRules {
            switch rule {
            case .clip:
                let moved =
                    ((clipFactor / Self.clipStep).rounded() + Double(direction.signum())) * Self.clipStep
                let factor = (moved * 100).rounded() / 100
                guard factor > 0, factor <= 1 else { return nil }
                changed.storage.rangeRule = .clip(factor)
                return changed
            case .fractionBits(let standard):
                let bits = (fractionBits ?? parameters?.fractionBits ?? standard) - direction.signum()
                guard FixedPointFormat.fractionBitRange.contains(bits) else { return nil }
                changed.storage.rangeRule = .fractionBits(bits)
                return changed
            default: continue
            }
        }
        return nil
    }

    private var clipFactor: Double { if case .clip(let factor) = storage.rangeRule { factor } else { 1 } }
    private var fractionBits: Int? {
        if case .fractionBits(let bits) = storage.rangeRule { bits } else { nil }
    }
}
