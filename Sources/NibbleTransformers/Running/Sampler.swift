import Foundation

/// Chooses the next token from logits.
///
/// Temperature 0 takes the largest logit, the lowest index on ties. Otherwise logits ÷ temperature are cut to the topK
/// largest, to the smallest set with a probability of topP (Holtzman et al. 2020) and to those of at least minP times the
/// largest probability, and one of the rest is drawn.
public struct Sampler: Sendable {
    private let temperature: Float
    private let topK: Int
    private let topP: Float
    private let minP: Float
    private var state: UInt64

    /// A sampler whose draws depend on `seed` only.
    public init(temperature: Float = 0, topK: Int = 0, topP: Float = 1, minP: Float = 0, seed: UInt64 = 0) {
        self.temperature = temperature
        self.topK = topK
        self.topP = topP
        self.minP = minP
        state = seed
    }

    /// The index of the chosen token; NaN logits are never chosen unless all are NaN, which gives 0.
    public mutating func sample(_ logits: [Float]) -> Int {
        temperature > 0 ? draw(logits) : Self.largest(logits)
    }

    /// The index of the largest number, the lowest on ties.
    public static func largest(_ logits: [Float]) -> Int {
        var best = 0
        for index in logits.indices where logits[index] > logits[best] || logits[best].isNaN { best = index }
        return best
    }

    private mutating func draw(_ logits: [Float]) -> Int {
        var order = logits.indices.filter { !logits[$0].isNaN }.sorted { logits[$0] > logits[$1] }
        guard let first = order.first else { return 0 }
        // Differences of infinite logits are not numbers; the largest stands for certainty.
        guard logits[first].isFinite else { return Self.largest(logits) }
        if topK > 0 { order = Array(order.prefix(topK)) }
        let weights = order.map { Foundation.exp(Double((logits[$0] - logits[first]) / temperature)) }
        let kept = cut(weights)
        var target = nextFraction() * weights[..<kept].reduce(0, +)
        for index in 0..<kept {
            target -= weights[index]
            if target < 0 { return order[index] }
        }
        return order[kept - 1]
    }

    /// How many of the sorted weights remain; at least one.
    private func cut(_ weights: [Double]) -> Int {
        let total = weights.reduce(0, +)
        var sum = 0.0
        for (index, weight) in weights.enumerated() {
            if index > 0, sum >= Double(topP) * total || weight < Double(minP) { return index }
            sum += weight
        }
        return weights.count
    }

    /// A number in 0 ..< 1 from SplitMix64 (Steele, Lea and Flood 2014).
    private mutating func nextFraction() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((mixed ^ (mixed >> 31)) >> 11) * 0x1p-53
    }
}
