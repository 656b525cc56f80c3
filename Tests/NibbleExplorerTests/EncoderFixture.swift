import Foundation
import NibbleEvaluation
import NibbleKernels
import NibbleQuantization
import NibbleTerminal
import NibbleTestSupport
import NibbleTransformers

@testable import NibbleExplorer

/// Small encoders of random weights, one for each form of output, in folders of their own.
enum EncoderFixture: String, CaseIterable {
    case classes = "bert-classes"
    case masks = "bert-mlm"
    case vectors = "roberta-pooler"

    /// The model; opened once for all tests, whose files therefore stay until all have run.
    var model: TransformerModel {
        switch self {
        case .classes: Self.models[0]
        case .masks: Self.models[1]
        case .vectors: Self.models[2]
        }
    }

    private static let models: [TransformerModel] = allCases.map { fixture in
        do { return try TransformerModel.open(folder(of: fixture)) } catch {
            fatalError("The fixture is broken: \(error)")
        }
    }

    /// A copy of the committed weights with a tokenizer, and labels of different lengths.
    private static func folder(of fixture: EncoderFixture) throws -> URL {
        let place = try TemporaryFolder.untilExit("encoder").appendingPathComponent(fixture.rawValue)
        try FileManager.default.copyItem(
            at: RepositoryPaths.root.appendingPathComponent(
                "Tests/NibbleTransformersTests/Fixtures/\(fixture.rawValue)"), to: place)
        try WordPieceFiles.write(to: place, count: fixture == .masks ? 256 : 64)
        guard fixture == .classes else { return place }
        let file = place.appendingPathComponent("config.json")
        var values = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any] ?? [:]
        let labels = ["bad", "a label that is much longer than its column is wide", "good\u{1B}[31m"]
        values["id2label"] = Dictionary(
            uniqueKeysWithValues: labels.enumerated().map { ("\($0.offset)", $0.element) })
        values["label2id"] = Dictionary(
            uniqueKeysWithValues: labels.enumerated().map { ($0.element, $0.offset) })
        try JSONSerialization.data(withJSONObject: values).write(to: file)
        return place
    }

    /// A vision transformer of random weights with a folder `pictures` of two images and a third that is cut short; opened once.
    static let vision: TransformerModel = {
        do {
            let place = try TemporaryFolder.untilExit("vision").appendingPathComponent("vit-cls")
            let tests = RepositoryPaths.root.appendingPathComponent("Tests")
            try FileManager.default.copyItem(
                at: tests.appendingPathComponent("NibbleTransformersTests/Fixtures/vit-cls"), to: place)
            let pictures = place.appendingPathComponent("pictures")
            try FileManager.default.createDirectory(at: pictures, withIntermediateDirectories: true)
            for (source, name) in [("baseline.jpg", "a.jpg"), ("rgb.png", "b.png"), ("bad-cut.png", "c.png")]
            {
                try FileManager.default.copyItem(
                    at: tests.appendingPathComponent("NibbleImagesTests/Fixtures/images/\(source)"),
                    to: pictures.appendingPathComponent(name))
            }
            return try TransformerModel.open(place)
        } catch {
            fatalError("The fixture is broken: \(error)")
        }
    }()

    /// An explorer of the model, whose first run is done where it starts by itself.
    func explorer(
        size: Size = Size(100, 30), startsRun: Bool = true, prompts: [String] = [], firstPrompt: String? = nil
    ) -> Driver {
        Self.explorer(model, size: size, startsRun: startsRun, prompts: prompts, firstPrompt: firstPrompt)
    }

    /// An explorer of a model.
    static func explorer(
        _ model: TransformerModel, size: Size, startsRun: Bool = true, prompts: [String] = [],
        firstPrompt: String? = nil
    ) -> Driver {
        var driver = Driver(size: size)
        driver.state.show(
            OpenedModel(
                url: model.location, model: model, plan: Plan(model: model.name),
                savedPlan: Plan(model: model.name), planLocation: nil, prompts: prompts,
                firstPrompt: firstPrompt, remark: nil, startsRun: startsRun,
                structure: LayerStructure(model.layers)))
        driver.send(.terminal(.wake))
        return driver
    }

    /// An explorer on its Compare screen with a coarse plan.
    func compared(size: Size, format: String = "int2") -> Driver {
        var driver = explorer(size: size)
        driver.measuresMovements = true
        driver.press("V", "f")
        driver.type(format)
        driver.press("enter", "esc", "2")
        return driver
    }
}
