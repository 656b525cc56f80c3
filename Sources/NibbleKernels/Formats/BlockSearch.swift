/// The searches for scales that ggml's reference quantizers make, operation by operation in f32 (NUMERICS §6).
///
/// Every sum runs from the first weight to the last, without fused multiply-adds: another order changes bytes.
enum BlockSearch {
    /// Below this a group counts as nothing but zeros.
    static let smallest: Float = 1e-15

    /// A whole number of steps, half to even, within `range`; NaN gives its lower end.
    @inline(__always)
    static func whole(_ value: Float, _ range: ClosedRange<Float>) -> Float {
        guard value > range.lowerBound else { return range.lowerBound }
        return roundedHalfToEven(value < range.upperBound ? value : range.upperBound)
    }

    /// 1 ÷ scale; 0 for a scale that f16 would lose anyway.
    static func inverse(_ scale: Float) -> Float { scale.isNormal ? 1 / scale : 0 }

    /// The smallest and the largest value.
    static func range(_ values: UnsafePointer<Float>, _ count: Int) -> RangeSearch.Range {
        var range = (lower: values[0], upper: values[0])
        for index in 1..<count {
            range = (min(range.lower, values[index]), max(range.upper, values[index]))
        }
        return range
    }

    /// The value of largest magnitude, the first on ties.
    static func largest(_ values: UnsafePointer<Float>, _ count: Int) -> Float {
        var largest: Float = 0
        for index in 0..<count where values[index].magnitude > largest.magnitude { largest = values[index] }
        return largest
    }

    /// `make_qx_quants` with squared weights: the scale of `count` values for codes −`end` … `end` − 1.
    ///
    /// The inverse scale starts at −end ÷ (largest value) and is tried at −(end + 0.1 · i) ÷ largest for i = ±1 … ±9; a try
    /// wins if its least-squares scale explains more of Σ x⁴. Writes the codes of the try that won; those of zeros are −end.
    static func symmetricScale(
        _ values: UnsafePointer<Float>, _ count: Int, end: Float, codes: UnsafeMutablePointer<Float>
    ) -> Float {
        let largest = largest(values, count)
        codes.update(repeating: -end, count: count)
        guard largest.magnitude >= smallest else { return 0 }
        let range = -end...end - 1
        func sums(_ inverse: Float) -> (product: Float, square: Float) {
            var (product, square): (Float, Float) = (0, 0)
            for index in 0..<count {
                let (value, code) = (values[index], whole(inverse * values[index], range))
                let weight = value * value
                product += weight * value * code
                square += weight * code * code
            }
            return (product, square)
        }
        var inverse = -end / largest
        let first = sums(inverse)
        var scale = first.square == 0 ? 0 : first.product / first.square
        var best = scale * first.product
        for step in -9...9 where step != 0 {
            let tried = -(end + 0.1 * Float(step)) / largest
            let (product, square) = sums(tried)
            if square > 0, product * product > best * square {
                scale = product / square
                best = scale * product
                inverse = tried
            }
        }
        for index in 0..<count { codes[index] = whole(inverse * values[index], range) }
        return scale
    }

    /// `make_q3_quants`: the scale for codes −`end` … `end` − 1 after up to five sweeps that improve one code at a time.
    ///
    /// Writes the codes; those of zeros are −end.
    static func sweptScale(
        _ values: UnsafePointer<Float>, _ count: Int, end: Float, codes: UnsafeMutablePointer<Float>
    ) -> Float {
        let largest = largest(values, count)
        codes.update(repeating: -end, count: count)
        guard largest.magnitude >= smallest else { return 0 }
        let range = -end...end - 1
        let inverse = -end / largest
        var (product, square): (Float, Float) = (0, 0)
        for index in 0..<count {
            let value = values[index]
            codes[index] = whole(inverse * value, range)
            product += value * value * value * codes[index]
            square += value * value * codes[index] * codes[index]
        }
        for _ in 0..<5 {
            guard sweep(values, count, range, codes, &product, &square) else { break }
        }
        return square > 0 ? product / square : 0
    }

    /// One sweep; whether a code changed.
    private static func sweep(
        _ values: UnsafePointer<Float>, _ count: Int, _ range: ClosedRange<Float>,
        _ codes: UnsafeMutablePointer<Float>, _ product: inout Float, _ square: inout Float
    ) -> Bool {
        var isChanged = false
        for index in 0..<count {
            let (value, old) = (values[index], codes[index])
            let weight = value * value
            var otherProduct = product - weight * value * old
            guard otherProduct > 0 else { continue }
            var otherSquare = square - weight * old * old
            let code = whole(value * otherSquare / otherProduct, range)
            guard code != old else { continue }
            otherProduct += weight * value * code
            otherSquare += weight * code * code
            if otherSquare > 0, otherProduct * otherProduct * square > product * product * otherSquare {
                codes[index] = code
                (product, square) = (otherProduct, otherSquare)
                isChanged = true
            }
        }
        return isChanged
    }
}
