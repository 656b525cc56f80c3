/// What storing a matrix as codes does to its weights.
///
/// Every figure is made from the packed matrix's own codes and scales. Weights that are NaN or infinite are
/// left out of the errors and counted apart.
public struct EncodingError: Hashable, Sendable {
    /// Weights beyond one end of their grid.
    ///
    /// Those whose code is the grid's last and that lie more than half a step outside it. For a float format:
    /// finite weights that became infinite.
    public struct ClipTally: Hashable, Sendable {
        /// Clipped weights among those looked at.
        public let count: Int
        /// Clipped weights ÷ weights looked at.
        public let fraction: Double
        /// The largest distance between a clipped weight and the grid's end, in units of the weight.
        public let worstExcess: Double
        /// What clipping takes away: Σ distance to the grid's end over clipped weights ÷ Σ|w| over all.
        public let mass: Double
        /// The fractions that are likely for the whole matrix, 95 %; nil when all rows were looked at.
        public let fractionInterval: ClosedRange<Double>?
    }

    /// Mean squared error Σ(w − ŵ)² ÷ n.
    public let meanSquaredError: Double
    /// Signal to quantization noise, 10·log₁₀(Σw² ÷ Σ(w − ŵ)²) in decibel; ∞ without error.
    public let sqnrDecibel: Double
    /// ‖w − ŵ‖ ÷ ‖w‖, 0…; the error heat of a layer.
    public let relativeError: Double
    /// The relative errors that are likely for the whole matrix, 95 %; nil when all rows were looked at.
    public let relativeErrorInterval: ClosedRange<Double>?
    /// max|w − ŵ|.
    public let maximumError: Double
    /// Weights below the lowest value of their grid.
    public let clippedLow: ClipTally
    /// Weights above the highest value of their grid.
    public let clippedHigh: ClipTally
    /// Distinct codes that occur; nil for formats with codes wider than 16 bits.
    public let codesUsed: Int?
    /// Codes that the format has; nil for formats with codes wider than 16 bits.
    public let codesAvailable: Int?
    /// Entropy of the codes in bits, −Σp·log₂p: what an ideal entropy coder needs for each; nil where codes
    /// aren't counted.
    public let entropyBits: Double?
    /// Bits per weight as stored, scales, zero points and padding included.
    public let bitsPerWeight: Double
    /// Mean distance between neighbouring grid values, each weight counting once; nil for float formats.
    public let step: Double?
    /// The smallest and largest distance between neighbours; nil for float formats.
    public let stepRange: ClosedRange<Double>?
    /// Weights looked at that are NaN or infinite.
    public let nonFiniteCount: Int
    /// Weights looked at.
    public let sampledCount: Int
    /// Whether every weight was looked at.
    public let isExact: Bool

    /// Clipped weights on both sides, among those looked at.
    public var clippedCount: Int { clippedLow.count + clippedHigh.count }
    /// Clipped weights on both sides ÷ weights looked at.
    public var clippedFraction: Double { clippedLow.fraction + clippedHigh.fraction }
}
