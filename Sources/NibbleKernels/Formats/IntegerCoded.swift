/// A format whose values are whole numbers times a scale per group, so that it can be multiplied in integers.
///
/// value = scale · number + minimum, where the minimum is 0 for most formats.
public protocol IntegerCoded: NumericFormat {
    /// Whether groups have minima.
    var hasMinima: Bool { get }
    /// Numbers lie within ±2^bits.
    ///
    /// A *number* is what a code stands for: the code less the zero point, or the level that it is the place of;
    /// a *code* is what is stored. The two differ in their range, and sums must be bounded by the numbers'.
    var numberBits: Int { get }

    /// Unpacks one row: its whole numbers, and the scale and minimum of each group.
    ///
    /// `codes` has room for the columns and the layout's padding columns, `scales` and `minima` for the groups of both;
    /// what is written for padding is not read. Formats without minima leave `minima` alone.
    func unpack(
        row bytes: UnsafeRawBufferPointer, context: RowContext, codes: UnsafeMutableBufferPointer<Int16>,
        scales: UnsafeMutableBufferPointer<Float>, minima: UnsafeMutableBufferPointer<Float>)

    /// The plain twin of `unpack` for one column: its number, and the scale and minimum of its group.
    func number(
        row bytes: UnsafeRawBufferPointer, context: RowContext, column: Int, code: Int32
    ) -> (number: Int32, scale: Float, minimum: Float)
}

extension IntegerCoded {
    /// False: most grids start at zero, or have a zero point, which is a code.
    public var hasMinima: Bool { false }
    /// As many as a code has.
    public var numberBits: Int { codeBits }

    /// By the grid of the column's group.
    public func number(
        row bytes: UnsafeRawBufferPointer, context: RowContext, column: Int, code: Int32
    ) -> (number: Int32, scale: Float, minimum: Float) {
        let grid = grid(row: bytes, context: context, column: column)
        return (code - (grid?.zeroPoint ?? 0), grid?.scale ?? .nan, 0)
    }
}

extension IntegerCoded {
    /// Decodes by way of the whole-number codes: value = scale · code + minimum of the group.
    func decodeByGroups(
        row bytes: UnsafeRawBufferPointer, context: RowContext, into values: UnsafeMutableBufferPointer<Float>
    ) {
        guard let target = values.baseAddress else { return }
        let layout = context.layout
        let capacity = max(layout.shape.columns + layout.paddingColumns, 1)
        withUnsafeTemporaryAllocation(of: Int16.self, capacity: capacity) { codes in
            let groups = max(layout.unpackedGroupCount, 1)
            withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * groups) { factors in
                let scales = UnsafeMutableBufferPointer(rebasing: factors[..<groups])
                let minima = UnsafeMutableBufferPointer(rebasing: factors[groups...])
                unpack(row: bytes, context: context, codes: codes, scales: scales, minima: minima)
                guard let source = codes.baseAddress else { return }
                for group in 0..<layout.groupsPerRow {
                    let columns = layout.columns(ofGroup: group)
                    InnerLoops.best.pointee.scale_codes(
                        source + columns.lowerBound, scales[group], target + columns.lowerBound, columns.count
                    )
                    guard hasMinima else { continue }
                    let minimum = minima[group]
                    for column in columns { target[column] += minimum }
                }
            }
        }
    }
}
