/// A small seeded generator, so that every test run draws the same numbers.
///
/// The recurrence is SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Starts the sequence at `seed`.
    public init(seed: UInt64) { state = seed }

    /// The next 64 bits of the sequence.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A standard normal number (Box and Muller's transform).
    public mutating func nextNormal() -> Float {
        let radius = (-2 * Double.log(1 - Double.random(in: 0..<1, using: &self))).squareRoot()
        return Float(radius * Double.cosine(2 * .pi * Double.random(in: 0..<1, using: &self)))
    }
}
