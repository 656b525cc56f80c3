import NibbleEvaluation
import Testing

@Suite struct SimilarityTests {
    @Test func cosinesOfKnownVectors() {
        #expect(Similarity.cosine([1, 0], [2, 0]) == 1)
        #expect(Similarity.cosine([1, 0], [0, 3]) == 0)
        #expect(Similarity.cosine([1, 2], [-1, -2]).map { abs($0 + 1) < 1e-12 } == true)
        #expect(Similarity.cosine([0, 0], [1, 0]) == nil)
        #expect(Similarity.cosine([.nan, 0], [1, 0]) == nil)
        #expect(Similarity.cosine([1], [1, 0]) == nil)
        #expect(Similarity.matrix([[1, 0], [0, 1]]) == [[1, 0], [0, 1]])
    }
}
