import Foundation
import NibbleKernels
import NibbleTransformers
import Synchronization
import Testing

@testable import NibbleEvaluation

/// How a comparison ends: by itself, by the context, by a person, or by something wrong.
@Suite struct ComparisonEndTests {
    private static func request(
        _ model: TransformerModel, setting: String = "int4", mode: ComparisonMode = .teacherForced,
        tokens: Int = 16,
        prompt: [Int] = TinyModel.prompt
    ) throws -> ComparisonRequest {
        ComparisonRequest(
            prompt: "", promptTokens: prompt, maximumTokens: tokens, mode: mode,
            contestants: try TinyModel.contestants(model, setting))
    }

    @Test func updatesBeginWithThePromptAndEndWithTheResult() throws {
        let model = try TinyModel.open()
        let seen = Mutex<[(records: Int, isFinished: Bool)]>([])
        let last = try ComparisonRun(model: model, request: Self.request(model)).run { snapshot in
            #expect(snapshot.promptTokens.map(\.id) == TinyModel.prompt)
            seen.withLock { $0.append((snapshot.reference.records.count, snapshot.isFinished)) }
        }
        let updates = seen.withLock { $0 }
        #expect(updates.first?.records == 0 && updates.first?.isFinished == false)
        #expect(updates.last?.records == 16 && updates.last?.isFinished == true)
        #expect(last.contestants.allSatisfy { $0.finished == .length && $0.records.count == 16 })
        #expect(last.contestants.allSatisfy { $0.tokensPerSecond > 0 && $0.prefillSeconds > 0 })
    }

    @Test func cancelledBeforeThePromptIsRead() throws {
        let model = try TinyModel.open()
        let cancellation = Cancellation()
        cancellation.cancel()
        let last = try ComparisonRun(model: model, request: Self.request(model)).run(
            cancellation: cancellation)
        #expect(last.contestants.allSatisfy { $0.finished == .cancelled && $0.records.isEmpty })
    }

    /// Cancelled at the first update with tokens, which may come any time; what was written stays.
    @Test func cancelledWhileWritingKeepsWhatIsThere() throws {
        let model = try TinyModel.open()
        let cancellation = Cancellation()
        let request = try Self.request(model, tokens: 100)
        let last = try ComparisonRun(model: model, request: request).run(cancellation: cancellation) {
            snapshot in
            if !snapshot.reference.records.isEmpty { cancellation.cancel() }
        }
        let counts = Set(last.contestants.map(\.records.count))
        #expect(counts.count == 1 && !counts.contains(0))
        #expect(last.isFinished)
    }

    @Test(arguments: ComparisonMode.allCases) func aTokenThatEndsTheTextEndsTheRun(_ mode: ComparisonMode)
        throws
    {
        let model = try TinyModel.open()
        let written = try ComparisonRun(model: model, request: Self.request(model)).run().reference
            .records
        let end = written[3].id
        let place = try #require(written.firstIndex { $0.id == end })
        try TinyModel.withCopy(configuration: ["eos_token_id": end]) { copy in
            let request = try Self.request(copy, setting: "int8", mode: mode)
            let last = try ComparisonRun(model: copy, request: request).run()
            #expect(last.reference.finished == .endOfText)
            #expect(last.reference.records.count == place + 1)
            if mode == .teacherForced { #expect(last.candidates[0].finished == .endOfText) }
        }
    }

    @Test func theContextEndsTheRun() throws {
        try TinyModel.withCopy(configuration: ["max_position_embeddings": 12]) { model in
            let last = try ComparisonRun(model: model, request: Self.request(model, tokens: 50)).run()
            // The last token is written, but not read any more.
            #expect(last.contestants.allSatisfy { $0.records.count == 12 - TinyModel.prompt.count + 1 })
            #expect(last.contestants.allSatisfy { $0.finished == .length })
            #expect(throws: TransformerError.promptTooLong(tokens: 13, contextLength: 12)) {
                let request = try Self.request(model, prompt: [Int](repeating: 1, count: 13))
                _ = try ComparisonRun(model: model, request: request).run()
            }
        }
    }

    @Test func whatCannotRunSaysWhy() throws {
        let model = try TinyModel.open()
        var request = try Self.request(model)
        request.promptTokens = nil
        let problem = try #require(model.runProblem)
        #expect(problem.contains("tokenizer"))
        #expect(throws: EvaluationError.notRunnable(problem)) {
            _ = try ComparisonRun(model: model, request: request).run()
        }
        request.promptTokens = []
        #expect(throws: EvaluationError.emptyPrompt) {
            _ = try ComparisonRun(model: model, request: request).run()
        }
    }

    @Test func aDamagedModelIsRefused() throws {
        try TinyModel.withCopy(configuration: ["architectures": ["Nobody"]]) { model in
            let stored = try TinyModel.weights(of: model)
            let request = ComparisonRequest(
                prompt: "", promptTokens: [1],
                contestants: Contestants(reference: Contestant(weights: stored)))
            let error = #expect(throws: TransformerError.self) {
                _ = try ComparisonRun(model: model, request: request).run()
            }
            #expect(error?.description.contains("Nobody") == true)
        }
    }

    /// A weight that is no number makes the predictions no numbers: counted, and as far away as can be.
    @Test func weightsThatAreNoNumbersAreCounted() throws {
        let model = try TinyModel.open()
        let original = try TinyModel.weights(of: model)
        try TinyModel.withCopy(
            change: { name, bytes in
                name == "model.norm.weight" ? [UInt8](repeating: 0xFF, count: bytes.count) : bytes
            },
            { damaged in
                let session = try DecoderSession(model: damaged, weights: original)
                #expect(TokenDistribution(logits: try session.append(TinyModel.prompt)) == nil)
                let request = ComparisonRequest(
                    prompt: "", promptTokens: TinyModel.prompt, maximumTokens: 3,
                    contestants: Contestants(reference: Contestant(weights: original)))
                let progress = try ComparisonRun(model: damaged, request: request).run().reference
                #expect(progress.records.count == 3)
                #expect(progress.records.allSatisfy { $0.logProbability == -.infinity && $0.top.isEmpty })
                #expect(progress.reports.values.contains { $0.nonFiniteValues.count > 0 })
            })
    }
}
