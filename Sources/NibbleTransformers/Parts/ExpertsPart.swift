import Foundation
import NibbleKernels

extension Experts {
    /// Experts that run, with their router.
    public func makePart(_ weights: NetworkWeights) throws -> any Part {
        ExpertsPart(
            router: try weights.layer(router), experts: try experts.map { try $0.makeFeedForward(weights) },
            chosenCount: chosenCount)
    }

    /// Work space of its products.
    public func reserve(_ use: inout WorkSpace, tokenCount: Int) {
        use.reserve(.scores, tokenCount, router.shape.rows)
        use.reserve(.gathered, tokenCount, router.shape.columns)
        use.reserve(.expert, tokenCount, router.shape.columns)
        use.reserve(.change, tokenCount, router.shape.columns)
        guard let first = experts.first else { return }
        use.reserve(.gate, tokenCount, first.up.shape.rows)
        use.reserve(.up, tokenCount, first.up.shape.rows)
    }
}

/// The router's scores choose experts for each token; each expert runs once for all tokens that chose it.
struct ExpertsPart: Part {
    let router: NetworkLayer
    let experts: [FeedForwardPart]
    let chosenCount: Int

    private typealias Numbers = UnsafeMutableBufferPointer<Float>

    func forward(
        _ input: UnsafeMutableBufferPointer<Float>, _ pass: inout Pass
    ) throws -> UnsafeMutableBufferPointer<Float> {
        let scores = try pass.apply(router, to: input, into: .scores)
        let choices = Self.choices(
            UnsafeBufferPointer(scores), tokenCount: pass.tokenCount, expertCount: experts.count, chosenCount)
        let change = pass.arena.numbers(.change, input.count)
        change.update(repeating: 0)
        // The largest sizes are asked for at once, so that no expert makes a buffer grow.
        let inner = pass.tokenCount * (experts.first?.up.shape.rows ?? 0)
        for (slot, count) in [
            (Arena.Slot.gathered, input.count), (.expert, input.count), (.gate, inner), (.up, inner),
        ] { _ = pass.arena.numbers(slot, count) }
        for (expert, chosen) in choices.enumerated() where !chosen.isEmpty {
            try pass.cancellation.check()
            try add(expert, chosen, input, to: change, &pass)
        }
        return change
    }

    private func add(
        _ expert: Int, _ chosen: [Choice], _ input: Numbers, to change: Numbers, _ pass: inout Pass
    ) throws {
        let width = router.shape.columns
        let gathered = pass.arena.numbers(.gathered, chosen.count * width)
        for (row, choice) in chosen.enumerated() {
            _ = Numbers(rebasing: gathered[row * width..<(row + 1) * width])
                .update(fromContentsOf: input[choice.token * width..<(choice.token + 1) * width])
        }
        let result = try experts[expert].forward(
            gathered, tokenCount: chosen.count, into: .expert, &pass)
        guard let source = result.baseAddress, let target = change.baseAddress else { return }
        for (row, choice) in chosen.enumerated() {
            VectorKernels.addScaled(
                source + row * width, factor: choice.weight, to: target + choice.token * width, count: width)
        }
    }

    /// A token that an expert reads, and what its result counts.
    struct Choice: Equatable {
        let token: Int
        let weight: Float
    }

    /// For each expert the tokens that chose it: those of whose scores its own is among the `chosenCount` largest.
    ///
    /// The lower index goes first on ties; the weights are the softmax of the chosen scores. NaN counts as the smallest score.
    static func choices(
        _ scores: UnsafeBufferPointer<Float>, tokenCount: Int, expertCount: Int, _ chosenCount: Int
    ) -> [[Choice]] {
        var choices = [[Choice]](repeating: [], count: expertCount)
        for token in 0..<tokenCount {
            let own = Array(scores[token * expertCount..<(token + 1) * expertCount])
            let ordered = own.indices.sorted { first, second in
                let (left, right) = (rank(own[first]), rank(own[second]))
                return left == right ? first < second : left > right
            }
            let chosen = ordered.prefix(chosenCount)
            let largest = chosen.first.map { own[$0] } ?? 0
            let exponentials = chosen.map { exp(own[$0] - largest) }
            let sum = exponentials.reduce(0, +)
            for (expert, exponential) in zip(chosen, exponentials) {
                choices[expert].append(Choice(token: token, weight: exponential / sum))
            }
        }
        return choices
    }

    private static func rank(_ score: Float) -> Float { score.isNaN ? -.infinity : score }
}
