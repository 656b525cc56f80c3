import NibbleCheckpoints
import NibbleTransformers

extension TransformerDescription {
    /// What a configuration would say of it: the way back from a description to keys.
    var values: [(key: ConfigurationKey, value: GGUFField)] {
        sizes.map { ($0.key, .unsigned(UInt32(clamping: $0.value))) }
            + numbers.map { ($0.key, .number($0.value)) }
    }

    /// Positions that attention sees in the first block; nil for all.
    var slidingWindow: Int? {
        let attention = blocks.lazy.flatMap(\.branches).compactMap { $0.mixer as? Attention }.first
        guard case .window(let length) = attention?.mask else { return nil }
        return length
    }

    private var sizes: [(key: ConfigurationKey, value: Int)] {
        let mixers = blocks.lazy.flatMap(\.branches).map(\.mixer)
        let attention = mixers.compactMap { $0 as? Attention }.first
        let experts = mixers.compactMap { $0 as? Experts }.first
        let feedForward = mixers.compactMap { $0 as? FeedForward }.first ?? experts?.experts.first
        let sizes: [(key: ConfigurationKey, value: Int?)] = [
            (.vocabularySize, vocabularySize), (.contextLength, contextLength), (.hiddenSize, width),
            (.blockCount, blocks.count), (.intermediateSize, feedForward?.up.shape.rows),
            (.headCount, attention?.headCount), (.keyValueHeadCount, attention?.keyValueHeadCount),
            (.headSize, attention?.headSize), (.valueHeadSize, attention?.headSize),
            (.slidingWindow, slidingWindow), (.expertCount, experts?.experts.count),
            (.chosenExpertCount, experts?.chosenCount),
        ]
        return sizes.compactMap { size in size.value.map { (size.key, $0) } }
    }

    private var numbers: [(key: ConfigurationKey, value: Float)] {
        var numbers: [(key: ConfigurationKey, value: Float)] = []
        if let norm = stacks.last?.finalNorm {
            numbers.append((norm.kind == .rms ? .rmsNormEpsilon : .layerNormEpsilon, norm.epsilon))
        }
        if let rotary { numbers.append((.rotaryBase, Float(rotary.theta))) }
        return numbers
    }
}
