extension NumericFormat {
    /// Checks that a matrix can be encoded as asked.
    ///
    /// - Throws: ``KernelError/shapeMismatch(_:)`` for a shape that no memory holds, ``KernelError/unsupported(_:)`` for
    ///   a granularity or range rule that the format lacks or a parameter out of range.
    func check(_ shape: MatrixShape, _ encoding: LayerEncoding) throws(KernelError) {
        // Rows are counted as if filled to whole blocks, so that no count of bits below can overflow.
        let (filled, isTooLong) = shape.columns.addingReportingOverflow(256)
        let (count, isTooLarge) = shape.rows.multipliedReportingOverflow(by: filled)
        guard shape.rows >= 0, shape.columns >= 0, !isTooLong, !isTooLarge, count < 1 << 48 else {
            throw .shapeMismatch("A \(shape.rows) × \(shape.columns) matrix does not fit any memory.")
        }
        guard granularities.contains(encoding.granularity) else {
            let names = granularities.map(\.description).joined(separator: ", ")
            throw .unsupported(
                "\(name) cannot be used with granularity \(encoding.granularity); it has \(names).")
        }
        try checkRule(encoding.rangeRule)
    }

    private func checkRule(_ rule: RangeRule) throws(KernelError) {
        guard rule == .minMax || rangeRules.contains(where: { $0.kind == rule.kind }) else {
            throw .unsupported("\(name) cannot be used with the range rule \(rule.kind).")
        }
        switch rule {
        case .percentile(let percent) where !(percent > 0 && percent <= 100):
            throw .unsupported("A percentile must be above 0 and at most 100, not \(percent).")
        case .clip(let factor) where !(factor > 0 && factor <= 1):
            throw .unsupported("A clip factor must be above 0 and at most 1, not \(factor).")
        case .fractionBits(let bits) where !FixedPointFormat.fractionBitRange.contains(bits):
            let range = FixedPointFormat.fractionBitRange
            throw .unsupported(
                "A binary point must lie from \(range.lowerBound) to \(range.upperBound), not at \(bits).")
        default: return
        }
    }
}

extension RangeRule {
    /// The rule's name without its parameter.
    var kind: String {
        switch self {
        case .minMax: "min-max"
        case .percentile: "percentile"
        case .meanSquaredError: "mean squared error"
        case .clip: "clip"
        case .fractionBits: "fraction bits"
        case .scale(let rule): rule.rawValue
        }
    }
}

extension Granularity: CustomStringConvertible {
    /// The name that a sentence uses, such as “group of 32”.
    public var description: String {
        switch self {
        case .tensor: "tensor"
        case .channel: "channel"
        case .group(let size): "group of \(size)"
        case .fixed: "fixed"
        }
    }
}
