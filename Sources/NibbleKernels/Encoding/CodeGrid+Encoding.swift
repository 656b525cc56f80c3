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

    /// Σ (x − scale · q)² over the finite values, q = x · (1 ÷ scale) held within the grid and rounded.
    ///
    /// The measure of the error search: near ``squaredError(of:rounding:)``, but without a division for each value. In
    /// f32, runs of 64 values summed in f64.
    func searchError(of values: UnsafeBufferPointer<Float>, rounding: RoundingMode) -> Double {
        let inverse = 1 / scale
        let (first, last) = (Float(lowestCode - zeroPoint), Float(highestCode - zeroPoint))
        var sum = 0.0
        for start in stride(from: 0, to: values.count, by: 64) {
            var run: Float = 0
            for value in values[start..<min(start + 64, values.count)] where value.isFinite {
                let steps = rounding.round(min(max(value * inverse, first), last))
                let difference = value - scale * steps
                run += difference * difference
            }
            sum += Double(run)
        }
        return sum
    }
}
