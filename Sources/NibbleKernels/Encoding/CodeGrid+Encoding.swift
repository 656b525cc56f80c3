import CNibbleKernels

extension CodeGrid {
    /// The grid as the innermost loops take it.
    var loopGrid: nibble_grid {
        nibble_grid(scale: scale, zero_point: zeroPoint, lowest: lowestCode, highest: highestCode)
    }

    /// Writes code + offset for each value; NaN gives the code of zero, ±infinity an end of the grid.
    func encode(
        _ values: UnsafeBufferPointer<Float>, rounding: RoundingMode, offset: Int32,
        into codes: UnsafeMutablePointer<UInt16>
    ) {
        if rounding == .halfToEven, let start = values.baseAddress {
            return InnerLoops.best.pointee.encode(start, values.count, loopGrid, offset, codes)
        }
        let rounder = CodeRounder(grid: self, mode: rounding)
        for (index, value) in values.enumerated() { codes[index] = UInt16(rounder.code(value) + offset) }
    }

    /// Σ (value − decoded value)² over the finite values.
    func squaredError(of values: UnsafeBufferPointer<Float>, rounding: RoundingMode) -> Double {
        if rounding == .halfToEven, let start = values.baseAddress {
            return InnerLoops.best.pointee.squared_error(start, values.count, loopGrid)
        }
        let rounder = CodeRounder(grid: self, mode: rounding)
        var sum = 0.0
        for value in values where value.magnitude < .infinity {
            let difference = value - self.value(of: rounder.code(value))
            sum += Double(difference * difference)
        }
        return sum
    }
}
