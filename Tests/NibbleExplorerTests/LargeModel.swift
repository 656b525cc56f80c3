import Foundation
import NibbleCheckpoints
import NibbleQuantization
import NibbleTerminal
import NibbleTestSupport
import NibbleTransformers

@testable import NibbleExplorer

/// A model of 20,000 very small layers, most of them of experts: blocks, experts in them, matrices in those.
enum LargeModel {
    static let blocks = 32
    static let experts = 208
    /// One attention matrix and three of each expert in every block.
    static let layerCount = blocks * (1 + 3 * experts)

    /// The model; written and opened once for all tests.
    static let model: TransformerModel = {
        do {
            let folder = try TemporaryFolder.untilExit("large").appendingPathComponent("large-model")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let bytes = [UInt8](repeating: 0, count: 2 * 32 * 2)
            let tensors = names.map { name in
                (
                    entry: TensorEntry(name: name, elementType: .f16, shape: [2, 32]),
                    bytes: bytes
                )
            }
            try SafetensorsWriter.write(tensors, to: folder.appendingPathComponent("model.safetensors"))
            return try TransformerModel.open(folder)
        } catch { fatalError("The large model is broken: \(error)") }
    }()

    private static var names: [String] {
        (0..<blocks).flatMap { (block: Int) -> [String] in
            let start = "model.layers.\(block)"
            return ["\(start).self_attn.q_proj.weight"]
                + (0..<experts).flatMap { (expert: Int) -> [String] in
                    ["down", "gate", "up"].map { "\(start).mlp.experts.\(expert).\($0)_proj.weight" }
                }
        }
    }

    /// An explorer of the model; figures and runs are left waiting.
    static func explorer(size: Size = Size(160, 45)) -> Driver {
        var driver = Driver(size: size)
        driver.holdsComparisons = true
        driver.holdsFigures = true
        driver.state.show(
            OpenedModel(
                url: model.location, model: model, plan: Plan(model: model.name),
                savedPlan: Plan(model: model.name),
                planLocation: nil, prompts: [], firstPrompt: nil, remark: nil, startsRun: false,
                structure: structure))
        driver.send(.terminal(.wake))
        return driver
    }

    static let structure = LayerStructure(model.layers)
}
