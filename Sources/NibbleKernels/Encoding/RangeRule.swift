/// How the range that a grid covers is chosen from the weights that share a scale.
public enum RangeRule: Hashable, Sendable {
    /// The grid reaches the smallest and the largest weight: nothing is clipped.
    case minMax
    /// The grid reaches the given percentile of |w|, 0 < percent ≤ 100, linearly interpolated.
    case percentile(Double)
    /// The range among the min-max range times k ÷ 100, k = 100 … 1, with the least squared error (Numerics §8).
    case meanSquaredError
    /// The min-max range times a factor in (0, 1], moved by hand.
    case clip(Double)
    /// Fixed point only: the number of fraction bits n of Qm.n, set by hand.
    case fractionBits(Int)
    /// The scale by a rule of its own, of which a format has those that its definition leaves open.
    case scale(ScaleRule)
}

/// How a scale follows from the weights that share it, where definitions and tools differ.
public enum ScaleRule: String, Hashable, Sendable, CaseIterable {
    /// Microscaling: 2^(⌊log₂ max|w|⌋ − ⌊log₂ largest number⌋), so that largest weights may clip (OCP MX v1.0 §6.3).
    case floor
    /// Microscaling: as `floor`, one more where max|w| is no power of two (torchao CEIL).
    case ceiling = "ceil"
    /// Microscaling: as `floor`, of max|w| rounded to the elements' fraction bits, ties up (torchao EVEN).
    case even
    /// Microscaling: the smallest power of two at least max|w| ÷ largest number: nothing clips (NVIDIA's recipe, torchao
    /// RCEIL).
    case roundUp = "rceil"
    /// NVFP4: block scales may be subnormal E4M3 numbers or zero, and weights are divided by the product of both scales.
    case subnormal
    /// Small floats: the scale is 1, so that codes are the weights' own casts.
    case unit
    /// Symmetric integers: 2 · max|w| ÷ (2^b − 1), at least 2^−23, and all codes from −2^(b−1) on; the largest weight may clip by
    /// half a step (torchao SYMMETRIC, compressed-tensors).
    case full
    /// Symmetric integers: the larger of min ÷ −2^(b−1) and max ÷ (2^(b−1) − 1), at least 2^−23, and all codes; nothing clips
    /// (torchao SYMMETRIC_NO_CLIPPING_ERR).
    case noClip = "no-clip"
    /// Integers with a zero point: as min-max, at least 2^−23 (torchao ASYMMETRIC).
    case least
}
