import Foundation
import NibbleCheckpoints
import NibbleEvaluation
import NibbleHome
import NibbleKernels
import NibbleQuantization
import NibbleTerminal
import NibbleTestSupport
import NibbleTransformers

@testable import NibbleExplorer

/// A small Llama of random weights with a vocabulary of letters and syllables, in a folder of its own.
enum ExplorerFixture {
    /// The model; opened once for all tests, whose files therefore stay until all have run.
    static let model: TransformerModel = {
        do { return try TransformerModel.open(makeFolder()) } catch {
            fatalError("The fixture is broken: \(error)")
        }
    }()

    /// Copies the committed checkpoint and writes a tokenizer for its 256 tokens beside it.
    private static func makeFolder() throws -> URL {
        let manager = FileManager.default
        let folder = try TemporaryFolder.untilExit("explorer").appendingPathComponent("little-llama")
        try manager.createDirectory(at: folder, withIntermediateDirectories: true)
        let source = RepositoryPaths.root.appendingPathComponent(
            "Tests/NibbleTransformersTests/Fixtures/llama-tied")
        for name in ["config.json", "model.safetensors"] {
            try manager.copyItem(
                at: source.appendingPathComponent(name), to: folder.appendingPathComponent(name))
        }
        let values: [String: Any] = [
            "version": "1.0",
            "added_tokens": [Any](),
            "pre_tokenizer": ["type": "ByteLevel", "add_prefix_space": false, "use_regex": true],
            "decoder": ["type": "ByteLevel"],
            "model": ["type": "BPE", "vocab": vocabulary, "merges": [String]()],
        ]
        try JSONSerialization.data(withJSONObject: values).write(
            to: folder.appendingPathComponent("tokenizer.json"))
        return folder
    }

    /// Printable ASCII as single letters (a blank is `Ġ`, as in GPT-2), the other numbers as syllables.
    private static var vocabulary: [String: Int] {
        let consonants = Array("bdfgklmnprstvz")
        let vowels = Array("aeiou")
        var vocabulary: [String: Int] = [:]
        var syllable = 0
        for id in 0..<256 {
            if (32..<127).contains(id) {
                vocabulary[id == 32 ? "Ġ" : String(UnicodeScalar(UInt8(id)))] = id
            } else {
                let first = consonants[syllable % consonants.count]
                let second = vowels[syllable / consonants.count % vowels.count]
                let end = syllable / 70 == 0 ? "" : syllable / 70 == 1 ? "n" : "st"
                vocabulary["Ġ\(first)\(second)\(end)"] = id
                syllable += 1
            }
        }
        return vocabulary
    }

    /// An explorer of the model in which nothing has been changed; or that went on with a plan.
    static func explorer(
        size: Size = Size(100, 30), startsRun: Bool = false, rules: [PlanRule] = []
    ) -> Driver {
        var driver = Driver(size: size)
        driver.state.show(
            OpenedModel(
                url: model.location, model: model, plan: Plan(model: model.name, rules: rules),
                savedPlan: Plan(model: model.name),
                planLocation: nil, prompts: [], firstPrompt: nil, remark: nil, startsRun: startsRun,
                structure: LayerStructure(model.layers)))
        driver.send(.terminal(.wake))
        return driver
    }

    /// What jobs work with; files that they write go to a folder of their own.
    static func makeTools() -> JobTools {
        let root = RepositoryPaths.root.path
        guard let place = try? TemporaryFolder.untilExit("explorer-state") else {
            fatalError("No folder can be made for the tests.")
        }
        let state = ["XDG_STATE_HOME": place.path]
        guard let folders = try? DataFolders(dataDirectory: root, environment: state) else {
            fatalError("The repository holds the data folders.")
        }
        return JobTools(
            pool: WorkPool(threadCount: 1),
            opener: ModelOpener(
                folders: folders, keeper: PlanKeeper(store: StateStore(environment: state)), givenPlan: nil),
            log: EventLog(environment: state))
    }
}
