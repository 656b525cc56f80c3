import Foundation
import NibbleEvaluation
import NibbleTestSupport
import NibbleTransformers
import Testing

/// The sample classifiers on some of their held-out items: about as good as their cards say, and lost at two bits.
@Suite struct SampleAccuracyTests {
    private static let folder = RepositoryPaths.root.appendingPathComponent("SampleModels")

    /// Opens a sample model and scores it as stored, at int8 and at int2 with one scale for each tensor.
    private static func scores(
        _ name: String, _ inputs: (URL, [String]) throws -> some LabelledInputs
    ) throws -> [ClassScore] {
        let place = folder.appendingPathComponent(name)
        let model = try TransformerModel.open(place)
        let plans = [try TinyModel.plan("int8"), try TinyModel.plan("int2 tensor")]
        let contestants = try Contestants.prepare(plans, of: model, contextLength: 1)
        let run = try EncoderRun(model: model, contestants: contestants)
        let (scores, cutCount) = try run.score(inputs(place, model.description?.classLabels ?? []))
        #expect(cutCount == 0)
        return scores
    }

    private static func check(_ scores: [ClassScore], atLeast accuracy: Double) {
        #expect(scores[0].accuracy >= accuracy, "\(scores[0].accuracy)")
        #expect(scores[1].agreement >= 0.95, "\(scores[1].agreement)")
        #expect(scores[2].accuracy < accuracy / 2, "\(scores[2].accuracy)")
    }

    @Test func messagesAreToldApart() throws {
        let scores = try Self.scores("tiny-messages") { place, labels in
            try LabelledTexts.read(
                Data(contentsOf: place.appendingPathComponent("held-out.csv")), labels: labels, limit: 50)
        }
        Self.check(scores, atLeast: 0.8)
    }

    @Test func picturesAreToldApart() throws {
        let scores = try Self.scores("tiny-shapes") { place, labels in
            try LabelledImages.list(
                place.appendingPathComponent("held-out").path, labels: labels, limit: 40)
        }
        Self.check(scores, atLeast: 0.7)
    }
}
