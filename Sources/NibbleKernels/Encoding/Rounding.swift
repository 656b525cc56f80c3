extension RoundingMode {
    /// `value` as a whole number by this rule.
    @inline(__always)
    func round<Number: BinaryFloatingPoint>(_ value: Number) -> Number {
        switch self {
        case .halfToEven: return value.rounded(.toNearestOrEven)
        case .halfAwayFromZero: return value.rounded(.toNearestOrAwayFromZero)
        case .halfUp:
            // Not ⌊value + ½⌋: that sum itself may round up.
            let below = value.rounded(.down)
            return value - below >= 0.5 ? below + 1 : below
        case .floor: return value.rounded(.down)
        case .truncate: return value.rounded(.towardZero)
        case .ceiling: return value.rounded(.up)
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
///
/// The plain twin of the innermost loop `encode`, and the only path of the other rounding modes.
struct CodeRounder {
    let grid: CodeGrid
    let mode: RoundingMode

    /// The code of one value; NaN gives the code of zero, ±infinity an end of the grid.
    @inline(__always)
    func code(_ value: Float) -> Int32 {
        grid.scale != 0 ? code(steps: value / grid.scale) : grid.zeroPoint
    }

    /// The code of a number of steps from zero; NaN gives the code of zero.
    @inline(__always)
    func code(steps: Float) -> Int32 {
        guard steps == steps else { return grid.zeroPoint }
        let lowest = Float(grid.lowestCode - grid.zeroPoint)
        let highest = Float(grid.highestCode - grid.zeroPoint)
        return Int32(mode.round(min(max(steps, lowest), highest))) + grid.zeroPoint
    }
}
