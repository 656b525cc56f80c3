import Foundation
import NibbleKernels
import NibbleQuantization
import NibbleTransformers
import Synchronization
import Testing

@testable import NibbleEvaluation

/// The original's run is kept from one comparison to the next, and nobody can tell but by the clock.
@Suite struct ReferenceRunsTests {
    private static func request(
        _ model: TransformerModel, _ setting: String, mode: ComparisonMode = .teacherForced, tokens: Int = 24,
        sampling: SamplingOptions = SamplingOptions()
    ) throws -> ComparisonRequest {
        ComparisonRequest(
            prompt: "", promptTokens: TinyModel.prompt, maximumTokens: tokens, mode: mode, sampling: sampling,
            contestants: try TinyModel.contestants(model, setting))
    }

    private static func run(
        _ request: ComparisonRequest, _ model: TransformerModel, _ references: ReferenceRuns? = nil,
        cancellation: Cancellation = Cancellation(),
        onUpdate: @escaping @Sendable (ComparisonSnapshot) -> Void = { _ in }
    ) throws -> ComparisonSnapshot {
        try ComparisonRun(model: model, request: request, references: references)
            .run(cancellation: cancellation, onUpdate: onUpdate)
    }

    /// All that a run tells but for its times.
    private static func expectEqual(_ kept: ComparisonSnapshot, _ fresh: ComparisonSnapshot) {
        #expect(kept.contestants.map(\.records) == fresh.contestants.map(\.records))
        #expect(kept.contestants.map(\.text) == fresh.contestants.map(\.text))
        #expect(kept.contestants.map(\.reports) == fresh.contestants.map(\.reports))
        #expect(kept.contestants.map(\.finished) == fresh.contestants.map(\.finished))
        #expect(kept.promptTokens == fresh.promptTokens)
    }

    @Test(arguments: ComparisonMode.allCases, [0, 1.5] as [Float])
    func anEditedPlanGetsTheSameRecordsFromAKeptReference(_ mode: ComparisonMode, _ temperature: Float) throws
    {
        let model = try TinyModel.open()
        let sampling = SamplingOptions(temperature: temperature, topK: 100, seed: 3)
        let references = ReferenceRuns()
        let before = try Self.request(model, "int8", mode: mode, sampling: sampling)
        let first = try Self.run(before, model, references)
        let after = try Self.request(model, "int3", mode: mode, sampling: sampling)
        let second = try Self.run(after, model, references)
        #expect(references.startedCount == 1)
        Self.expectEqual(first, try Self.run(before, model))
        Self.expectEqual(second, try Self.run(after, model))
        #expect(second.candidates[0].records != first.candidates[0].records)
        #expect(second.reference.tokensPerSecond == first.reference.tokensPerSecond)
        #expect(second.reference.prefillSeconds == first.reference.prefillSeconds)
    }

    @Test func theReferenceReadsItsOwnTokensInBothModes() throws {
        let model = try TinyModel.open()
        let references = ReferenceRuns()
        _ = try Self.run(Self.request(model, "int2"), model, references)
        let free = try Self.request(model, "int2", mode: .freeRunning)
        Self.expectEqual(try Self.run(free, model, references), try Self.run(free, model))
        #expect(references.startedCount == 1)
    }

    @Test func whateverItDependsOnRunsItAnew() throws {
        let model = try TinyModel.open()
        let references = ReferenceRuns()
        let first = try Self.request(model, "int4")
        var changed = [ComparisonRequest](repeating: first, count: 6)
        changed[0].promptTokens = [1, 2, 3]
        changed[1].maximumTokens = 25
        changed[2].sampling.temperature = 1
        changed[3].topCount = 3
        changed[4].contestants.reference = Contestant(
            weights: first.contestants.reference.weights, cacheStorage: .f16)
        changed[5].contestants.reference = Contestant(
            plan: try TinyModel.plan("int8"), weights: try TinyModel.weights(of: model, "int8"))
        _ = try Self.run(first, model, references)
        for (index, request) in changed.enumerated() {
            Self.expectEqual(try Self.run(request, model, references), try Self.run(request, model))
            #expect(references.startedCount == index + 2)
        }
        try TinyModel.withCopy { copy in
            _ = try Self.run(try Self.request(copy, "int4"), copy, references)
            #expect(references.startedCount == changed.count + 2, "another model")
        }
    }

    /// Cancelled while it writes, as by the next key; the next comparison takes it up where it stopped.
    @Test func aCancelledRunGoesOnWhereItStopped() throws {
        let model = try TinyModel.open()
        let references = ReferenceRuns()
        let request = try Self.request(model, "int4")
        let key = ReferenceRuns.Key(request, model: model, prompt: TinyModel.prompt, limit: 24)
        let stopped = try references.run(for: key, of: model) { keepsPredictions in
            try ReferenceRun(
                request, model: model, prompt: TinyModel.prompt, limit: 24,
                endTokens: model.description?.endOfText ?? [], keepsPredictions: keepsPredictions)
        }
        try stopped.readPrompt(Cancellation())
        for index in 0..<7 { _ = try stopped.step(index, Cancellation()) }
        let cancellation = Cancellation()
        cancellation.cancel()
        #expect(throws: KernelError.cancelled) { _ = try stopped.step(7, cancellation) }
        #expect(stopped.progress(isCancelled: true).finished == .cancelled)
        let shown = Mutex<[Int]>([])
        let last = try Self.run(request, model, references) { snapshot in
            shown.withLock { $0.append(snapshot.reference.records.count) }
        }
        #expect(references.startedCount == 1)
        #expect(shown.withLock { $0.first } == 7)
        Self.expectEqual(last, try Self.run(request, model))
    }

    @Test func cancelledBeforeThePromptIsReadItReadsItLater() throws {
        let model = try TinyModel.open()
        let references = ReferenceRuns()
        let cancellation = Cancellation()
        cancellation.cancel()
        let request = try Self.request(model, "int4")
        _ = try Self.run(request, model, references, cancellation: cancellation)
        Self.expectEqual(try Self.run(request, model, references), try Self.run(request, model))
    }

    @Test func longerThanTheLimitItIsNotKept() throws {
        let model = try TinyModel.open()
        let perToken = 4 * model.vocabularySize
        let references = ReferenceRuns(byteLimit: 24 * perToken)
        #expect(references.keptByteCount(of: model, maximumTokens: 24) == 24 * perToken)
        #expect(references.keptByteCount(of: model, maximumTokens: 25) == 0)
        let request = try Self.request(model, "int3", tokens: 25)
        for _ in 0..<2 {
            Self.expectEqual(try Self.run(request, model, references), try Self.run(request, model))
        }
        #expect(references.startedCount == 2)
    }

    @Test func whatWasAskedForLongestAgoIsForgottenFirst() throws {
        let model = try TinyModel.open()
        let references = ReferenceRuns(byteLimit: 50 * 4 * model.vocabularySize)
        let (first, second) = (try Self.request(model, "int4"), try Self.request(model, "int4", tokens: 20))
        for request in [first, second, first] { _ = try Self.run(request, model, references) }
        #expect(references.startedCount == 2)
        _ = try Self.run(try Self.request(model, "int4", tokens: 22), model, references)
        _ = try Self.run(first, model, references)
        #expect(references.startedCount == 3)
        _ = try Self.run(second, model, references)
        #expect(references.startedCount == 4)
    }

    @Test func whoTakesPartIsPreparedInOnePlace() throws {
        let model = try TinyModel.open()
        let plans = [try TinyModel.plan("int4"), try TinyModel.plan("int8")]
        let shares = Mutex<[Double]>([])
        let contestants = try Contestants.prepare(
            plans, of: model, contextLength: 64, cacheStorage: .f16,
            budget: MemoryBudget(availableByteCount: nil)
        ) { share in shares.withLock { $0.append(share) } }
        #expect(contestants.reference.plan == Contestant.original)
        #expect(contestants.reference.cacheStorage == .f32)
        #expect(contestants.candidates.map(\.plan) == plans)
        #expect(contestants.candidates.allSatisfy { $0.cacheStorage == .f16 })
        #expect(contestants.candidates[0].weights.byteCount < contestants.candidates[1].weights.byteCount)
        #expect(shares.withLock { shares in shares.max() == 1 && shares.allSatisfy { (0...1).contains($0) } })
    }

    @Test func whatDoesNotFitInMemoryIsRefusedBeforeAnythingIsPacked() throws {
        let model = try TinyModel.open()
        let encodings = EncodingCache()
        let plan = try TinyModel.plan("int4")
        let need = try MemoryBudget.need(
            of: model, plans: [ResolvedPlan(plan, model: model)], contextLength: 64)
        func prepare(available: Int, kept: Int) throws {
            _ = try Contestants.prepare(
                [plan], of: model, encodings: encodings, contextLength: 64, keptByteCount: kept,
                budget: MemoryBudget(availableByteCount: available))
        }
        #expect(throws: EvaluationError.self) { try prepare(available: need - 1, kept: 0) }
        #expect(throws: EvaluationError.self) { try prepare(available: need, kept: 1) }
        #expect(encodings.encodedCount == 0)
        try prepare(available: need + 1, kept: 1)
    }
}
