import Foundation
import NibbleKernels
import NibbleTestSupport
import Testing

@testable import NibbleTransformers

/// The sample models: each opens without a remark, runs in the numbers that its file stores, and has its papers.
@Suite struct SampleModelTests {
    private static let folder = RepositoryPaths.root.appendingPathComponent("SampleModels")

    /// The folders with a configuration.
    private static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
        .filter {
            FileManager.default.fileExists(
                atPath: folder.appendingPathComponent("\($0)/config.json").path)
        }.sorted()

    @Test func thereIsOneOfEachKind() throws {
        let kinds = try Self.names.map {
            try TransformerModel.open(Self.folder.appendingPathComponent($0)).description?.kind
        }
        for kind in [TransformerKind.causalLanguageModel, .textClassifier, .imageClassifier] {
            #expect(kinds.contains(kind), "\(kind.title)")
        }
    }

    @Test(arguments: names) func opensAndRuns(_ name: String) throws {
        let model = try TransformerModel.open(Self.folder.appendingPathComponent(name))
        #expect(model.remarks.isEmpty, "\(model.remarks)")
        #expect(model.networkProblem == nil, "\(model.networkProblem ?? "")")
        let description = try #require(model.description)
        let weights = try ModelFixture.storedWeights(of: model)
        let output: [Float]
        switch description.kind {
        case .causalLanguageModel:
            output = try DecoderSession(model: model, weights: weights).append([0, 1, 2])
        case .imageClassifier:
            let patches = try #require(description.input as? PatchInput)
            let count = patches.channelCount * patches.imageSize.height * patches.imageSize.width
            output = try ImageSession(model: model, weights: weights)
                .run((0..<count).map { sin(Float($0)) }).head
        default:
            output = try EncoderSession(model: model, weights: weights).run([2, 5, 3]).head
        }
        let width = description.classLabels.isEmpty ? model.vocabularySize : description.classLabels.count
        #expect(output.count == width)
        #expect(output.allSatisfy { $0.isFinite })
        #expect(Set(output).count > output.count / 2, "A model that was trained doesn't say the same of all.")
    }

    /// A card with licence, measured figures and their command; data to calibrate apart from the held-out data.
    @Test(arguments: names) func hasItsPapers(_ name: String) throws {
        let place = Self.folder.appendingPathComponent(name)
        let card = try String(contentsOf: place.appendingPathComponent("README.md"), encoding: .utf8)
        for word in ["Licence: Apache-2.0", "## Training", "## Measured", "## Limits", "held-out"] {
            #expect(card.contains(word), "\(word)")
        }
        let files = try FileManager.default.contentsOfDirectory(atPath: place.path)
        #expect(files.contains { $0.hasPrefix("held-out") } && files.contains { $0.hasPrefix("calibration") })
    }
}
