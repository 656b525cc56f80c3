extension RoundingMode {
    /// `value` as a whole number by this rule; NaN becomes 0.
    @inline(__always)
    func round(_ value: Float) -> Float {
        switch self {
        case .halfToEven: value.rounded(.toNearestOrEven)
        case .halfAwayFromZero: value.rounded(.toNearestOrAwayFromZero)
        case .halfUp: (value + 0.5).rounded(.down)
        case .floor: value.rounded(.down)
        case .truncate: value.rounded(.towardZero)
        case .ceiling: value.rounded(.up)
        }
    }
}

/// Rounds half to even without a library call: adding 1.5 · 2²³ leaves no bits below one.
///
/// Exact for |value| ≤ 2²²; the technique is the one of ggml's `nearest_int`.
@inline(__always)
func roundedHalfToEven(_ value: Float) -> Float {
    (value + 12_582_912) - 12_582_912
}

/// Steps from zero to the codes of a grid: round(value ÷ scale) + zeroPoint, held between two ends.
struct CodeRounder {
    let scale: Float
    let zeroPoint: Int32
    let lowest: Int32
    let highest: Int32
    let mode: RoundingMode

    /// The code of one value; NaN gives the code of zero, ±infinity an end of the grid.
    @inline(__always)
    func code(_ value: Float) -> Int32 {
        guard scale != 0 else { return zeroPoint }
        let steps = value / scale
        guard steps == steps else { return zeroPoint }
        let held = min(max(steps, Float(lowest - zeroPoint) - 1), Float(highest - zeroPoint) + 1)
        let whole = mode == .halfToEven ? roundedHalfToEven(held) : mode.round(held)
        return min(max(Int32(whole) + zeroPoint, lowest), highest)
    }
}
