import NibbleKernels
import NibbleTestSupport
import Testing

@testable import NibbleTransformers

/// What follows from a description: edges, sizes, and sums of several branches.
@Suite struct DescriptionTests {
    private static func model(_ name: String) throws -> TransformerModel {
        try TransformerModel.open(ModelFixture.folder(name))
    }

    private static func description(_ name: String) throws -> TransformerDescription {
        try #require(try model(name).description)
    }

    private static func paths(_ matrices: [Matrix]) -> [String] { matrices.map(\.path.name) }

    @Test func normsOfALlamaFeedProjectionsGatesAndTheHead() throws {
        let edges = try Self.description("llama-gqa-llama3rope").normEdges
        #expect(
            edges.map(\.norm.name).suffix(3) == [
                "layers.1.input_layernorm", "layers.1.post_attention_layernorm", "norm",
            ])
        #expect(Self.paths(edges[0].readers) == ["q", "k", "v"].map { "layers.0.attn.\($0)_proj" })
        #expect(Self.paths(edges[1].readers) == ["layers.0.mlp.gate_proj", "layers.0.mlp.up_proj"])
        #expect(edges.last.map { Self.paths($0.readers) } == ["lm_head"])
    }

    @Test func aRouterReadsWithItsExperts() throws {
        let description = try Self.description("mixtral")
        let readers = try #require(description.normEdges.first { $0.norm.name.contains("post") }).readers
        #expect(readers.count == 1 + 4 * 2 && readers[0].role == .router)
        #expect(description.productEdges.count == 2 * (1 + 4))
    }

    /// Behind a norm that closes a sum everything reads the stream, so no norm feeds matrices alone.
    @Test func normsBehindSumsFeedTheStream() throws {
        let description = try Self.description("bert")
        #expect(description.normEdges.isEmpty)
        #expect(description.siblings.map(\.count) == [3, 3])
    }

    @Test func productEdgesKnowSharedHeads() throws {
        let edges = try Self.description("llama-gqa-llama3rope").productEdges
        let value = try #require(edges.first { $0.producer.role == .attentionValue })
        #expect(value.producer.shape.rows * value.repeats == value.consumer.shape.columns)
        #expect(edges.filter { $0.producer.role == .up }.count == 2)
        // A function stands between the products of a plain part.
        #expect(try Self.description("gpt2").productEdges.allSatisfy { $0.producer.role == .attentionValue })
    }

    @Test func theStreamIsWrittenByEmbeddingAndOutputs() throws {
        let stream = try Self.description("llama-tied").stream
        #expect(Set(stream.writers.map(\.role)) == [.embedding, .attentionOutput, .down])
        #expect(stream.readers.last?.role == .head)
        #expect(stream.writers.allSatisfy { $0.role == .embedding || $0.shape.rows == 64 })
        #expect(stream.readers.allSatisfy { $0.shape.columns == 64 })
    }

    @Test func tiedLayersAreListedOnce() throws {
        let description = try Self.description("llama-tied")
        #expect(!description.matrices.contains { $0.path.name == "lm_head" })
        #expect(description.names(of: LayerPath("embed_tokens")).map(\.name) == ["embed_tokens", "lm_head"])
    }

    /// Branches of one sum read the stream as it was: h + A(h) + F(h), not h + A(h) + F(h + A(h)).
    @Test func branchesOfOneSumReadTheSameStream() throws {
        let model = try Self.model("llama-gqa-llama3rope")
        let weights = try ModelFixture.storedWeights(of: model)
        var description = try #require(model.description)
        let sums = description.stacks[0].blocks[0].sums
        func states(_ sums: [Residual]) throws -> [Float] {
            description.stacks[0] = Stack([Block(sums)])
            description.head = nil
            let parts = NetworkWeights(model, description, weights)
            let input = try TokenInputPart(try #require(description.input as? TokenInput), parts)
            let runner = Runner(try Network(description, parts), pool: .shared, observer: nil)
            return try runner.run(
                states: try runner.network.temporaryStates(capacity: 5), position: 0, texts: [0..<5],
                cancellation: Cancellation()
            ) { pass in
                Array(try pass.run(input.forward([3, 1, 4, 1, 5], pass)))
            }
        }
        let stream = try states([])
        let (attention, feedForward) = (try states([sums[0]]), try states([sums[1]]))
        let together = try states([Residual(sums.flatMap(\.branches))])
        for index in stream.indices {
            let expected = attention[index] + feedForward[index] - stream[index]
            #expect((together[index] - expected).magnitude <= 1e-5)
        }
        #expect(together != (try states(sums)))
    }

    @Test func choicesOfExpertsAddUpToOne() {
        let scores: [Float] = [1, 3, 2, .nan, 5, 5, 5, -.infinity]
        let choices = scores.withUnsafeBufferPointer {
            ExpertsPart.choices($0, tokenCount: 2, expertCount: 4, 2)
        }
        #expect(choices.map { $0.map(\.token) } == [[1], [0, 1], [0], []])
        #expect(choices[0][0].weight == 0.5 && choices[1][1].weight == 0.5)
        let (first, second) = (choices[1][0].weight, choices[2][0].weight)
        #expect(abs(first + second - 1) < 1e-6 && abs(first - 0.7310586) < 1e-6)
    }
}
