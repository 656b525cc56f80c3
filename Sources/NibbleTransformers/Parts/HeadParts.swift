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
        ClassHeadPart(pooler: try pooler.map(weights.layer), classifier: try classifier.map(weights.layer))
    }
}

/// The first row's pooled state or classes.
struct ClassHeadPart: HeadPart {
    let pooler: NetworkLayer?
    let classifier: NetworkLayer?

    func forward(
        _ states: UnsafeMutableBufferPointer<Float>, rowCount: Int, _ pass: inout Pass
    ) throws -> [Float] {
        let width = states.count / max(rowCount, 1)
        var first = UnsafeMutableBufferPointer(rebasing: states[..<min(width, states.count)])
        if let pooler {
            first = try pass.apply(pooler, to: first, rowCount: 1, into: .change)
            for index in first.indices { first[index] = tanh(first[index]) }
        }
        guard let classifier else { return Array(first) }
        return try pass.product(classifier, first, rowCount: 1)
    }
}
