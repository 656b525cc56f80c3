import Foundation
import NibbleTestSupport
import Testing

/// What the commands say of files that are odd: on standard error, in words, and never as figures that look right.
@Suite struct FileCommandTests {
    /// Calls `body` with a copy of the sample model whose files are changed first.
    private static func withSample<Result>(
        configuration: (inout [String: Any]) -> Void = { _ in },
        tensors: (inout [CheckpointCopy.StoredTensor]) -> Void = { _ in },
        _ body: (NibbleCommand, _ model: String, _ text: String) throws -> Result
    ) throws -> Result {
        try NibbleCommand.with { nibble in
            try CheckpointCopy.with(
                of: NibbleCommand.sample, configuration: configuration, tensors: tensors
            ) { folder in
                for file in ["tokenizer.json", "tokenizer_config.json", "generation_config.json"] {
                    let source = NibbleCommand.sample.appendingPathComponent(file)
                    guard FileManager.default.fileExists(atPath: source.path) else { continue }
                    try FileManager.default.copyItem(
                        at: source, to: folder.appendingPathComponent(file))
                }
                let text = nibble.folder.appendingPathComponent("text.txt")
                try Data("Once upon a time there was a little dog.".utf8).write(to: text)
                return try body(nibble, folder.path, text.path)
            }
        }
    }

    @Test func remarksStandOnStandardErrorBesideTheFigures() throws {
        try Self.withSample(configuration: { $0["final_logit_softcapping"] = 30.0 }) { nibble, model, text in
            for arguments in [
                ["run", model, "--prompt", "Once", "--max-tokens", "3"], ["perplexity", model, text],
                ["stats", model, "--layer", "layers.0.mlp.up_proj"],
            ] {
                let outcome = try nibble.run(arguments)
                #expect(outcome.code == 0)
                #expect(
                    outcome.errors.contains("“final_logit_softcapping” is not understood"),
                    "\(outcome.errors)")
                #expect(!outcome.output.contains("not understood"))
            }
            let inspected = try nibble.run(["inspect", model])
            #expect(
                inspected.output.contains("remark") && inspected.output.contains("final_logit_softcapping"))
            #expect(inspected.errors.isEmpty)
        }
    }

    @Test func inspectNamesAllThatIsNotUnderstood() throws {
        let name = "model.layers.0.self_attn.q_norm.weight"
        try Self.withSample(
            configuration: {
                $0["logit_scale"] = 2.0
                $0["clip_qkv"] = 8
            },
            tensors: { tensors in
                guard let first = tensors.first else { return }
                tensors.append(
                    (
                        entry: .init(
                            name: name, elementType: first.entry.elementType, shape: first.entry.shape),
                        bytes: first.bytes
                    ))
            }
        ) { nibble, model, _ in
            let text = try nibble.run(["inspect", model]).output
            for name in ["clip_qkv", "logit_scale", name] {
                #expect(
                    text.split(separator: "\n").contains {
                        $0.contains("not understood") && $0.hasSuffix(name)
                    })
            }
            let json = try nibble.run(["inspect", model, "--json"]).json
            #expect(json["notUnderstood"] as? [String] == ["clip_qkv", "logit_scale", name])
            #expect((json["warnings"] as? [String])?.count == 2 && json["files"] as? Int == 1)
        }
    }

    @Test func aModelWithNaNHasNoPerplexity() throws {
        let name = "model.layers.0.mlp.up_proj.weight"
        try Self.withSample(tensors: { tensors in
            for index in tensors.indices where tensors[index].entry.name == name {
                tensors[index].bytes.replaceSubrange(0..<4, with: [0xFF, 0xFF, 0xFF, 0xFF])
            }
        }) { nibble, model, text in
            let outcome = try nibble.run(["perplexity", model, text, "--set", ".*=int8"])
            #expect(outcome.output.contains("undefined"), "\(outcome.output)")
            #expect(outcome.output.contains("prediction of token 2 is not a number"))
            #expect(outcome.output.contains(name) && outcome.output.contains("NaN)"))
            #expect(!outcome.output.contains("inf") && !outcome.output.contains("100%"), "\(outcome.output)")
            let json = try nibble.run(["perplexity", model, text, "--json"]).json
            let result = try #require((json["results"] as? [[String: Any]])?.first)
            #expect(result["perplexity"] as? String == "NaN" && result["undefinedAt"] as? Int == 1)
            #expect((json["nonFiniteTensors"] as? [String])?.first?.hasPrefix(name) == true)
        }
    }

    @Test func quantizedWeightsAreToldAsSuch() throws {
        try Self.withSample(
            configuration: {
                $0["quantization_config"] = ["quant_method": "awq", "bits": 4, "group_size": 32]
            },
            tensors: { tensors in
                guard
                    let place = tensors.firstIndex(where: { $0.entry.name.hasSuffix("0.mlp.up_proj.weight") })
                else { return }
                let (rows, columns) = (tensors[place].entry.shape[0], tensors[place].entry.shape[1])
                tensors.remove(at: place)
                let prefix = "model.layers.0.mlp.up_proj."
                for (ending, shape) in [
                    ("qweight", [columns, rows / 8]), ("qzeros", [columns / 32, rows / 8]),
                ] {
                    tensors.append(
                        (
                            entry: .init(name: prefix + ending, elementType: .i32, shape: shape),
                            bytes: [UInt8](repeating: 0, count: 4 * shape.reduce(1, *))
                        ))
                }
                let shape = [columns / 32, rows]
                tensors.append(
                    (
                        entry: .init(name: prefix + "scales", elementType: .f16, shape: shape),
                        bytes: [UInt8](repeating: 0, count: 2 * shape.reduce(1, *))
                    ))
            }
        ) { nibble, model, _ in
            let json = try nibble.run(["inspect", model, "--json"]).json
            let problem = try #require(json["runProblem"] as? String)
            #expect(problem.contains("already quantized: AWQ, 4 bits, groups of 32; nibble can browse them"))
            let whole = try nibble.run(["inspect", NibbleCommand.sample.path, "--json"]).json
            #expect(json["parameters"] as? Int == whole["parameters"] as? Int)
            let names = (json["layers"] as? [[String: Any]])?.compactMap { $0["name"] as? String } ?? []
            #expect(!names.isEmpty && !names.contains { $0.contains("scales") || $0.contains("qweight") })
            let run = try nibble.run(["run", model, "--prompt", "Once"])
            #expect(run.code != 0 && run.errors.contains("already quantized"))
        }
    }
}
