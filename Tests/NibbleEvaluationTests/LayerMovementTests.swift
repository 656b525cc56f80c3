import NibbleEvaluation
import NibbleKernels
import NibbleQuantization
import NibbleTransformers
import Testing

/// What a plan moves in the layers at one token.
@Suite struct LayerMovementTests {
    private static func measure(_ rules: [(String, String)], tokens: [Int] = TinyModel.prompt) throws
        -> [LayerMovement]
    {
        let model = try TinyModel.open()
        let plan = Plan(rules: try rules.map { try PlanRule(pattern: $0.0, setting: Setting.parse($0.1)) })
        let pair = try Contestants.prepare([plan], of: model, contextLength: tokens.count)
        return try LayerMovement.measure(
            pair.candidates[0], against: pair.reference, model: model, tokens: tokens)
    }

    @Test func onlyChangedLayersAreNamed() throws {
        #expect(try Self.measure([]).isEmpty)
        let moved = try Self.measure([("layers.1.mlp.down_proj", "int4")])
        #expect(moved.map(\.layer.name) == ["layers.1.mlp.down_proj"])
        #expect(moved.allSatisfy { $0.relativeError > 0 && $0.relativeError < 1 })
    }

    /// What other layers do to the input of a layer is not counted as its own.
    @Test func theErrorIsTheLayersOwn() throws {
        let input = try OneLayerInput.of("layers.0.attn.q_proj", tokens: TinyModel.prompt)
        let moved = try Self.measure([(".*", "int4")])
        let found = try #require(moved.first { $0.layer.name == "layers.0.attn.q_proj" })
        #expect(abs(found.relativeError - input.relativeError) < 1e-5)
    }

    @Test func fewerBitsMoveMoreAndTheLargestComesFirst() throws {
        let coarse = try Self.measure([(".*", "int3")])
        let fine = try Self.measure([(".*", "int8")])
        #expect(coarse.count == fine.count && coarse.count > 10)
        #expect(coarse.map(\.relativeError) == coarse.map(\.relativeError).sorted(by: >))
        for movement in fine {
            let same = try #require(coarse.first { $0.layer == movement.layer })
            #expect(movement.relativeError < same.relativeError)
        }
    }

    @Test func countersAreThoseOfTheToken() throws {
        let plan = "int8 tensor activation=int8-token accumulator=16-wrap"
        let one = try Self.measure([(".*", plan)], tokens: [1])
        let last = try Self.measure([(".*", plan)], tokens: [7, 8, 9, 1])
        #expect(one.count == last.count && !one.isEmpty)
        for movement in last {
            let sums = one.first { $0.layer == movement.layer }?.report.accumulatorOverflows.total
            #expect(movement.report.accumulatorOverflows.total == sums && sums ?? 0 > 0)
        }
    }

    @Test func noTokenIsRefused() throws {
        #expect(throws: EvaluationError.self) { try Self.measure([], tokens: []) }
    }
}

/// The input of one layer at the last token of the original, and what int4 makes of it.
private struct OneLayerInput {
    let relativeError: Double

    static func of(_ name: String, tokens: [Int]) throws -> OneLayerInput {
        let model = try TinyModel.open()
        let recorder = Recorder(name)
        let weights = try TinyModel.weights(of: model)
        let session = try DecoderSession(model: model, weights: weights, observer: recorder)
        // The embedding is a layer too: in int4 it feeds the first block other numbers.
        let plan = Plan(rules: [try PlanRule(pattern: ".*", setting: Setting.parse("int4"))])
        let pair = try Contestants.prepare([plan], of: model, contextLength: tokens.count)
        let quantized = try DecoderSession(
            model: model, weights: pair.candidates[0].weights, observer: recorder)
        _ = try session.append(tokens)
        _ = try quantized.append(tokens)
        let input = recorder.inputs[recorder.inputs.count - 1]
        let path = LayerPath(name)
        let first = try output(#require(weights[path]), input)
        let second = try output(#require(pair.candidates[0].weights[path]), input)
        let error = zip(first, second).reduce(0.0) { $0 + pow2(Double($1.0) - Double($1.1)) }
        return OneLayerInput(
            relativeError: (error / first.reduce(0.0) { $0 + pow2(Double($1)) }).squareRoot())
    }

    private static func pow2(_ value: Double) -> Double { value * value }

    private static func output(_ layer: LayerOperator, _ input: [Float]) throws -> [Float] {
        var output = [Float](repeating: 0, count: layer.shape.rows)
        var span = output.mutableSpan
        _ = try layer.apply(input.span, tokenCount: 1, into: &span)
        return output
    }
}

/// Keeps the last token's input of one layer.
private final class Recorder: LayerObserver, @unchecked Sendable {
    let name: String
    var inputs: [[Float]] = []

    init(_ name: String) { self.name = name }

    func observe(
        layer: LayerPath, input: UnsafeBufferPointer<Float>, output: UnsafeBufferPointer<Float>,
        tokenCount: Int, report: KernelReport
    ) {
        guard layer.name == name else { return }
        inputs.append(Array(input.suffix(input.count / tokenCount)))
    }
}
