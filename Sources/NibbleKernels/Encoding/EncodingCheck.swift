extension NumericFormat {
    /// Checks that a matrix can be encoded as asked.
    ///
    /// - Throws: ``KernelError/shapeMismatch(_:)`` for a shape that no memory holds, ``KernelError/unsupported(_:)`` for
    ///   a granularity or range rule that the format lacks or a parameter out of range.
    func check(_ shape: MatrixShape, _ encoding: StorageEncoding) throws(KernelError) {
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
        guard rule == .minMax || rangeRules.contains(where: { $0.isSameKind(as: rule) }) else {
            throw .unsupported("\(name) cannot be used with the range rule \(rule.kind.name).")
        }
        if let refusal = rule.kind.refusal(of: rule) { throw .unsupported(refusal) }
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
