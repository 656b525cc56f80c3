import Foundation
import NibbleKernels

extension LanguageHead {
    /// A head that runs.
    public func makePart(_ weights: NetworkWeights) throws -> any HeadPart {
        LanguageHeadPart(layer: try weights.layer(matrix))
    }
}

/// Logits of each row.
struct LanguageHeadPart: HeadPart {
    let layer: NetworkLayer

    func forward(
        _ states: UnsafeMutableBufferPointer<Float>, rowCount: Int, _ pass: inout Pass
    ) throws -> [Float] { try pass.product(layer, states, rowCount: rowCount) }
}

extension MaskedHead {
    /// A head that runs.
    public func makePart(_ weights: NetworkWeights) throws -> any HeadPart {
        MaskedHeadPart(
            transform: try weights.layer(transform), activation: activation, norm: try weights.norm(norm),
            decoder: try weights.layer(decoder), bias: try weights.required(bias))
    }
}

/// Logits of each row: transform, function, norm, decoder, bias.
struct MaskedHeadPart: HeadPart {
    let transform: NetworkLayer
    let activation: FeedForward.Activation
    let norm: NormPart
    let decoder: NetworkLayer
    let bias: [Float]

    func forward(
        _ states: UnsafeMutableBufferPointer<Float>, rowCount: Int, _ pass: inout Pass
    ) throws -> [Float] {
        let changed = try pass.apply(transform, to: states, rowCount: rowCount, into: .change)
        pass.steps.activate(changed, activation, tokenCount: rowCount)
        norm.forward(changed, into: changed, pass.steps)
        var logits = try pass.product(decoder, changed, rowCount: rowCount)
        for index in logits.indices { logits[index] += bias[index % bias.count] }
        return logits
    }
}

extension ClassHead {
    /// A head that runs.
    public func makePart(_ weights: NetworkWeights) throws -> any HeadPart {
        ClassHeadPart(
            reading: reading, pooler: try pooler.map(weights.layer), activation: activation,
            classifier: try classifier.map(weights.layer), distilled: try distilled.map(weights.layer))
    }
}

/// The pooled state, or the numbers of the classes.
struct ClassHeadPart: HeadPart {
    let reading: ClassHead.Reading
    let pooler: NetworkLayer?
    let activation: ClassHead.Activation
    let classifier: NetworkLayer?
    let distilled: NetworkLayer?

    func forward(
        _ states: UnsafeMutableBufferPointer<Float>, rowCount: Int, _ pass: inout Pass
    ) throws -> [Float] {
        let width = states.count / max(rowCount, 1)
        var read = self.read(states, width: width, rowCount: rowCount)
        return try read.withUnsafeMutableBufferPointer { read in
            var input = read
            if let pooler {
                input = try pass.apply(pooler, to: input, rowCount: 1, into: .change)
                for index in input.indices {
                    input[index] = activation == .tanh ? tanh(input[index]) : max(input[index], 0)
                }
            }
            guard let classifier else { return Array(input) }
            let logits = try pass.product(classifier, input, rowCount: 1)
            guard let distilled, rowCount > 1 else { return logits }
            let second = UnsafeMutableBufferPointer(rebasing: states[width..<2 * width])
            return zip(logits, try pass.product(distilled, second, rowCount: 1)).map { ($0 + $1) / 2 }
        }
    }

    private func read(
        _ states: UnsafeMutableBufferPointer<Float>, width: Int, rowCount: Int
    ) -> [Float] {
        let first = Array(states.prefix(width))
        guard reading == .firstAndMean else { return first }
        var mean = [Float](repeating: 0, count: width)
        for row in 1..<max(rowCount, 1) {
            for channel in 0..<width { mean[channel] += states[row * width + channel] }
        }
        return first + mean.map { $0 / Float(max(rowCount - 1, 1)) }
    }
}
