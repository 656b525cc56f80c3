import Foundation
import NibbleKernels
import NibbleTransformers
import Synchronization
import Testing

@testable import NibbleQuantization

/// Counted is what one cache encodes: other tests encode in the same process at the same time.
@Suite struct EncodingCacheTests {
    private func plan(_ rules: (String, String)...) throws -> ResolvedPlan {
        let rules = try rules.map { try PlanRule(pattern: $0.0, setting: try Setting.parse($0.1)) }
        return ResolvedPlan(Plan(rules: rules), model: try Layers.model())
    }

    /// How many matrices `body` makes `cache` encode.
    private func encoded(_ cache: EncodingCache, _ body: () throws -> Void) rethrows -> Int {
        let before = cache.encodedCount
        try body()
        return cache.encodedCount - before
    }

    /// The layers whose bytes lie elsewhere in `second`.
    private func moved(_ first: WeightSet, _ second: WeightSet, _ model: TransformerModel) -> [LayerPath] {
        model.layers.map(\.id).filter { id in
            guard let one = first[id], let other = second[id] else { return true }
            return !one.weights.sharesBytes(with: other.weights)
        }
    }

    @Test func anEditEncodesOneLayer() throws {
        let model = try Layers.model()
        let cache = EncodingCache()
        let first = try plan((".*", "int8"))
        #expect(
            try encoded(cache) { _ = try cache.weightSet(for: first, model: model) } == model.layers.count)
        let before = try cache.weightSet(for: first, model: model)
        let edited = first.setting(
            [model.layers[1].id], to: try Setting(parsing: "int4"))
        #expect(try encoded(cache) { _ = try cache.weightSet(for: edited, model: model) } == 1)
        let after = try cache.weightSet(for: edited, model: model)
        #expect(moved(before, after, model) == [model.layers[1].id])
        #expect(after[model.layers[1].id]?.weights.encoding.format == "int4")
        #expect(after[model.layers[2].id]?.weights.encoding.format == "int8")
        #expect(try encoded(cache) { _ = try cache.weightSet(for: first, model: model) } == 0)
    }

    @Test func anEditEncodesOneLayerWithoutRoomInTheCache() throws {
        let model = try Layers.model()
        let cache = EncodingCache(byteLimit: 0)
        let first = try plan((".*", "int8"))
        let set = try cache.weightSet(for: first, model: model)
        #expect(cache.byteCount <= model.layers.map { $0.shape.elementCount * 2 }.max() ?? 0)
        let edited = first.setting(
            [model.layers[3].id], to: try Setting(parsing: "int4"))
        #expect(try encoded(cache) { _ = try cache.weightSet(for: edited, model: model, reusing: set) } == 1)
    }

    @Test func anotherArithmeticEncodesNothing() throws {
        let model = try Layers.model()
        let cache = EncodingCache()
        let plain = try cache.weightSet(for: try plan((".*", "int8")), model: model)
        let bytes = cache.byteCount
        for text in [
            "int8 activation=int8-token", "int8 activation=llm-int8 accumulator=24-saturate",
            "int8 accumulator=16",
        ] {
            let setting = try Setting(parsing: text)
            for previous in [nil, plain] {
                let changed = try cache.weightSet(
                    for: try plan((".*", text)), model: model, reusing: previous)
                #expect(moved(plain, changed, model).isEmpty)
                #expect(model.layers.allSatisfy { changed[$0.id]?.arithmetic == setting.arithmetic })
            }
        }
        #expect(cache.encodedCount == model.layers.count && cache.byteCount == bytes)
        // Without room in the cache the matrices of the set that was are taken.
        let small = EncodingCache(byteLimit: 0)
        let first = try small.weightSet(for: try plan((".*", "int8")), model: model)
        _ = try small.weightSet(
            for: try plan((".*", "int8 activation=int8-token")), model: model, reusing: first)
        #expect(small.encodedCount == model.layers.count)
    }

    /// Query, key and value of GPT-2 are parts of one tensor, and each has a matrix of its own.
    @Test(arguments: [("llama-tied", false), ("gpt2", true), ("mixtral", false)])
    func noTwoLayersShareAnEntry(_ name: String, isFused: Bool) throws {
        let model = try Layers.model(name)
        #expect(Set(model.layers.map(\.source)).count == model.layers.count)
        #expect((Set(model.layers.map(\.tensorName)).count < model.layers.count) == isFused)
        let cache = EncodingCache()
        let storage = StorageEncoding(format: "int8")
        for layer in model.layers {
            let matrix = try cache.matrix(for: layer, of: model, storage: storage)
            let wanted = try PackedMatrix.encode(try model.source(of: layer.id), encoding: storage)
            #expect(matrix.packedBytes() == wanted.packedBytes(), "\(layer.id)")
        }
        #expect(cache.encodedCount == model.layers.count)
    }

    @Test func anUnknownMethodIsRefused() throws {
        let model = try Layers.model()
        let error = #expect(throws: SettingError.self) {
            try EncodingCache().matrix(
                for: model.layers[0], of: model, storage: StorageEncoding(format: "int8"),
                method: MethodChoice(name: "guessing"))
        }
        #expect(error?.description.contains("rounding") == true)
    }

    @Test func originalLayersAreBorrowed() throws {
        let model = try Layers.model()
        let set = try EncodingCache().weightSet(for: try plan(), model: model)
        for layer in model.layers {
            let matrix = try #require(set[layer.id]).weights
            let source = try model.source(of: layer.id)
            #expect(matrix.isBorrowed && matrix.decode(row: 0) == source.row(0))
        }
    }

    @Test func callersTogetherEncodeOnce() throws {
        let model = try Layers.model()
        let cache = EncodingCache()
        let setting = try Setting(parsing: "int5 range=mse")
        let formats = Mutex<[String]>([])
        let count = encoded(cache) {
            DispatchQueue.concurrentPerform(iterations: 8) { _ in
                let matrix = try? cache.matrix(for: model.layers[0], of: model, storage: setting.storage)
                formats.withLock { $0.append(matrix?.encoding.format ?? "none") }
            }
        }
        #expect(count == 1 && formats.withLock { $0 } == Array(repeating: "int5", count: 8))
        #expect(cache.cachedMatrix(for: model.layers[0], of: model, storage: setting.storage) != nil)
        #expect(cache.cachedMatrix(for: model.layers[1], of: model, storage: setting.storage) == nil)
    }

    @Test func theLongestUnusedGoesFirst() throws {
        let model = try Layers.model()
        let settings = try ["int8", "int7", "int6"].map { try Setting(parsing: $0) }
        let layer = model.layers[1]
        let sizes = try settings.map {
            try FormatCatalogue.format(named: $0.storage.format).layout(of: layer.shape, encoding: $0.storage)
                .byteCount
        }
        let cache = EncodingCache(byteLimit: sizes[0] + sizes[2])
        _ = try cache.matrix(for: layer, of: model, storage: settings[0].storage)
        _ = try cache.matrix(for: layer, of: model, storage: settings[1].storage)
        _ = try cache.matrix(for: layer, of: model, storage: settings[0].storage)
        _ = try cache.matrix(for: layer, of: model, storage: settings[2].storage)
        #expect(cache.cachedMatrix(for: layer, of: model, storage: settings[0].storage) != nil)
        #expect(cache.cachedMatrix(for: layer, of: model, storage: settings[1].storage) == nil)
        #expect(cache.cachedMatrix(for: layer, of: model, storage: settings[2].storage) != nil)
        #expect(cache.byteCount == sizes[0] + sizes[2])
        cache.removeAll()
        #expect(cache.byteCount == 0)
    }

    @Test func cancelledAndImpossibleRequestsLeaveNothing() throws {
        let model = try Layers.model()
        let cache = EncodingCache()
        let cancellation = Cancellation()
        cancellation.cancel()
        let plan = try plan((".*", "int8"))
        #expect(throws: KernelError.cancelled) {
            try cache.weightSet(for: plan, model: model, cancellation: cancellation)
        }
        var wrong = try Setting(parsing: "int8")
        wrong.storage.granularity = .group(7)
        #expect(throws: KernelError.self) {
            try cache.matrix(for: model.layers[0], of: model, storage: wrong.storage)
        }
        #expect(cache.byteCount == 0)
        #expect(try encoded(cache) { _ = try cache.weightSet(for: plan, model: model) } == model.layers.count)
    }

    @Test func progressGrowsToOne() throws {
        let model = try Layers.model()
        let shares = Mutex<[Double]>([])
        _ = try EncodingCache().weightSet(for: try plan((".*", "int8")), model: model) { share in
            shares.withLock { $0.append(share) }
        }
        let seen = shares.withLock { $0 }
        #expect(seen.last.map { abs($0 - 1) < 1e-9 } == true && seen.allSatisfy { $0 >= 0 && $0 <= 1 + 1e-9 })
    }

    @Test func estimatedSizeIsThatOfTheBytes() throws {
        let model = try Layers.model()
        for text in ["int4", "int4-asym group=16", "fixed5", "q4_0", "bf16", "original"] {
            let plan = try plan((".*", text), ("embed_tokens", "int8"))
            let size = try plan.checkedSize()
            let set = try EncodingCache().weightSet(for: plan, model: model)
            let others = model.otherTensors.reduce(0) { $0 + $1.byteCount }
            #expect(size.planBytes == set.byteCount + others)
            #expect(size.originalBytes == model.checkpoint.totalByteCount)
            let weights = model.layers.reduce(0) { $0 + $1.shape.elementCount }
            #expect(size.bitsPerWeight == Double(set.byteCount * 8) / Double(weights))
        }
    }
}
