/// `make_qkx2_quants`: scale and minimum of one group of a K-quant, as ggml's reference finds them (NUMERICS §6).
///
/// value ≈ scale · code − minimum with codes 0 … `end`. The inverse scale is tried at (first + step · i + end) ÷ (max − min) for
/// i = 0 … steps; the weighted least squares of each try give scale and minimum, which are kept if the weighted error is
/// smaller. From then on codes are counted from the minimum that was kept.
struct AffineSearch {
    /// The largest code.
    let end: Float
    /// The first try.
    let first: Float
    /// From one try to the next.
    let step: Float
    /// The number of the last try.
    let steps: Int
    /// Whether errors count by magnitude instead of their square.
    let isAbsolute: Bool

    /// What a search found; the minimum is what is subtracted, at least 0.
    typealias Found = (scale: Float, minimum: Float)

    /// Sums of one try.
    private struct Sums {
        var code: Float = 0
        var square: Float = 0
        var product: Float = 0
    }

    /// Searches and writes the codes.
    ///
    /// - Parameters:
    ///   - scratch: Room for `count` codes of a try.
    func search(
        _ values: UnsafePointer<Float>, weights: UnsafePointer<Float>, count: Int,
        codes: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) -> Found {
        var (lower, upper) = BlockSearch.range(values, count)
        var (weightSum, valueSum) = (weights[0], weights[0] * values[0])
        for index in 1..<count {
            weightSum += weights[index]
            valueSum += weights[index] * values[index]
        }
        lower = min(lower, 0)
        guard upper != lower else {
            codes.update(repeating: 0, count: count)
            return (0, -lower)
        }
        let inverse = end / (upper - lower)
        var found = (scale: 1 / inverse, minimum: lower)
        _ = fill(codes, values, weights, count, inverse, lower)
        var least = error(values, weights, codes, count, found)
        for number in 0...steps {
            // The range's lower end is the minimum that was kept.
            let inverse = (first + step * Float(number) + end) / (upper - found.minimum)
            let sums = fill(scratch, values, weights, count, inverse, found.minimum)
            let determinant = weightSum * sums.square - sums.code * sums.code
            guard determinant > 0 else { continue }
            var candidate = (
                scale: (weightSum * sums.product - valueSum * sums.code) / determinant,
                minimum: (sums.square * valueSum - sums.code * sums.product) / determinant
            )
            if candidate.minimum > 0 { candidate = (sums.product / sums.square, 0) }
            let error = error(values, weights, scratch, count, candidate)
            if error < least {
                least = error
                found = candidate
                codes.update(from: scratch, count: count)
            }
        }
        return (found.scale, -found.minimum)
    }

    @inline(__always)
    private func fill(
        _ codes: UnsafeMutablePointer<Float>, _ values: UnsafePointer<Float>, _ weights: UnsafePointer<Float>,
        _ count: Int, _ inverse: Float, _ lower: Float
    ) -> Sums {
        var sums = Sums()
        for index in 0..<count {
            let code = BlockSearch.whole(inverse * (values[index] - lower), 0...end)
            codes[index] = code
            let weight = weights[index]
            sums.code += weight * code
            sums.square += weight * code * code
            sums.product += weight * code * values[index]
        }
        return sums
    }

    @inline(__always)
    private func error(
        _ values: UnsafePointer<Float>, _ weights: UnsafePointer<Float>, _ codes: UnsafePointer<Float>,
        _ count: Int, _ candidate: (scale: Float, minimum: Float)
    ) -> Float {
        var sum: Float = 0
        for index in 0..<count {
            let difference = candidate.scale * codes[index] + candidate.minimum - values[index]
            sum += weights[index] * (isAbsolute ? difference.magnitude : difference * difference)
        }
        return sum
    }
}
