/// A format whose values are whole numbers times a scale per group, so that it can be multiplied in integers.
public protocol IntegerCoded: NumericFormat {
    /// Unpacks one row: the codes minus their zero point, and the scale of each group.
    ///
    /// `codes` has room for the columns and the layout's padding columns; what is written to the latter is not read.
    /// `scales` has room for one scale per group.
    func unpack(
        row bytes: UnsafeRawBufferPointer, context: RowContext, codes: UnsafeMutableBufferPointer<Int16>,
        scales: UnsafeMutableBufferPointer<Float>)
}

extension IntegerCoded {
    /// Decodes by way of the whole-number codes: value = scale of the group × code.
    func decodeByGroups(
        row bytes: UnsafeRawBufferPointer, context: RowContext, into values: UnsafeMutableBufferPointer<Float>
    ) {
        guard let target = values.baseAddress else { return }
        let layout = context.layout
        let capacity = max(layout.shape.columns + layout.paddingColumns, 1)
        withUnsafeTemporaryAllocation(of: Int16.self, capacity: capacity) { codes in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: max(layout.groupsPerRow, 1)) { scales in
                unpack(row: bytes, context: context, codes: codes, scales: scales)
                guard let source = codes.baseAddress else { return }
                for group in 0..<layout.groupsPerRow {
                    let columns = layout.columns(ofGroup: group)
                    InnerLoops.best.pointee.scale_codes(
                        source + columns.lowerBound, scales[group], target + columns.lowerBound, columns.count
                    )
                }
            }
        }
    }
}
