/// How the range that a grid covers is chosen from the weights that share a scale.
public enum RangeRule: Hashable, Sendable {
    /// The grid reaches the smallest and the largest weight: nothing is clipped.
    case minMax
    /// The grid reaches the given percentile of |w|, 0 < percent ≤ 100, linearly interpolated.
    case percentile(Double)
    /// The range among the min-max range times k ÷ 100, k = 100 … 1, with the least squared error (NUMERICS §8).
    case meanSquaredError
    /// The min-max range times a factor in (0, 1], moved by hand.
    case clip(Double)
    /// Fixed point only: the number of fraction bits n of Qm.n, set by hand.
    case fractionBits(Int)
}
