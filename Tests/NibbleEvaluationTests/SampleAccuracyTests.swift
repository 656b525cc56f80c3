import Foundation
import NibbleEvaluation
import NibbleTestSupport
import NibbleTransformers
import Testing

/// The sample classifiers on the first of their held-out items: right as often as their cards say, and worse at two bits.
@Suite struct SampleAccuracyTests {
    private static let folder = RepositoryPaths.root.appendingPathComponent("SampleModels")

    @Test func messagesAreToldApart() throws {
        let place = Self.folder.appendingPathComponent("tiny-messages")
        let model = try TransformerModel.open(place)
        let labels = try #require(model.description?.classLabels)
        let texts = try LabelledTexts.read(
            Data(contentsOf: place.appendingPathComponent("held-out.csv")), labels: labels, limit: 100)
        let contestants = try Contestants.prepare(
            [TinyModel.plan("int8"), TinyModel.plan("int2 per-tensor")], of: model, contextLength: 1)
        let (scores, cutCount) = try EncoderRun(model: model, contestants: contestants).score(texts)
        #expect(cutCount == 0)
        #expect(scores[0].accuracy >= 0.75, "\(scores[0].accuracy)")
        #expect(scores[1].agreement >= 0.95, "\(scores[1].agreement)")
        #expect(scores[2].accuracy < scores[0].accuracy - 0.1, "\(scores[2].accuracy)")
    }
}
