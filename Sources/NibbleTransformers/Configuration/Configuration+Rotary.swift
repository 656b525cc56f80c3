import NibbleCheckpoints
import NibbleJSON
import NibbleText

extension Configuration {
    /// The tensor of a GGUF file that divides the frequencies of positions.
    public static let frequencyDivisors = "rope_freqs.weight"

    /// How positions turn queries and keys.
    ///
    /// `rope_scaling` (transformers 4) goes before `rope_parameters` (transformers 5) where a file has both, as there.
    func rotary(
        headSize: Int, pairing: RotaryEmbedding.Pairing, base usual: Double = 10_000
    ) throws(TransformerError) -> RotaryEmbedding.Configuration {
        try refusePartialRotation()
        var rotary = RotaryEmbedding.Configuration()
        rotary.pairing = pairing
        rotary.theta = try rotaryBase() ?? usual
        guard rotary.theta > 0, rotary.theta.isFinite else { throw error(.rotaryBase, "must be above 0.") }
        if let group = scalingGroup { rotary.scaling = try scaling(group) }
        if let divisors = try numbers(ofTensor: Self.frequencyDivisors) {
            guard divisors.count == headSize / 2, divisors.allSatisfy({ $0 > 0 && $0.isFinite }) else {
                throw .tensor(
                    "The tensor \(Self.frequencyDivisors) should have \(headSize / 2) numbers above 0.")
            }
            rotary.frequencyDivisors = divisors
        }
        return rotary
    }

    /// The object that says how positions are stretched.
    private var scalingGroup: String? {
        ["rope_scaling", "rope_parameters"].first { group in
            if case .object = self[ConfigurationKey(stringLiteral: group)] { true } else { false }
        }
    }

    private func rotaryBase() throws(TransformerError) -> Double? {
        if let group = scalingGroup, let base = try number(inside(group, "rope_theta")) { return base }
        if let base = try number(.rotaryBase) { return base }
        return try number(inside("rope_parameters", "rope_theta"))
    }

    private func inside(_ group: String, _ key: String) -> ConfigurationKey {
        ConfigurationKey(stringLiteral: "\(group).\(key)")
    }

    private func scaling(_ group: String) throws(TransformerError) -> RotaryEmbedding.Scaling {
        let (newer, older) = (try string(inside(group, "rope_type")), try string(inside(group, "type")))
        let kind = newer ?? older ?? "default"
        func positive(_ key: String) throws(TransformerError) -> Double {
            guard let value = try number(inside(group, key)), value > 0, value.isFinite else {
                throw error(inside(group, key), "is missing or not above 0.")
            }
            return value
        }
        switch kind {
        case "default": return .none
        case "linear": return .linear(factor: try positive("factor"))
        case "llama3":
            return .llama3(
                factor: try positive("factor"), low: try positive("low_freq_factor"),
                high: try positive("high_freq_factor"),
                originalLength: try positive("original_max_position_embeddings"))
        default:
            throw error(
                "nibble does not know the RoPE type “\(kind.printable)”; it knows default, linear and llama3."
            )
        }
    }

    private func refusePartialRotation() throws(TransformerError) {
        for key: ConfigurationKey in ["partial_rotary_factor", "rope_parameters.partial_rotary_factor"] {
            guard let part = try number(key), part != 1 else { continue }
            throw error("nibble cannot turn a part of a head, as \(name(of: key)) asks.")
        }
    }
}
