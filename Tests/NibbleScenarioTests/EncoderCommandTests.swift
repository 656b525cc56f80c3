import Foundation
import NibbleTestSupport
import Testing

/// `nibble run` of text encoders, as text and as JSON.
@Suite struct EncoderCommandTests {
    /// Checks that each output has probabilities of so many classes, which sum to 1.
    static func expectProbabilities(_ outputs: [[String: Any]], classCount: Int) throws {
        for output in outputs {
            let classes = try #require(output["classes"] as? [[String: Any]])
            let sum = classes.reduce(0.0) { $0 + ($1["probability"] as? Double ?? 0) }
            #expect(classes.count == classCount && abs(sum - 1) < 1e-9)
        }
    }

    @Test func classesStandSideBySide() throws {
        try NibbleCommand.with { nibble in
            let model = try ScenarioModel.encoder("bert-classes", tokens: 64, in: nibble.folder).path
            let arguments = [
                "run", model, "--prompt", "the good day", "--text-pair", "bad", "--set", ".*=int2",
            ]
            let text = try nibble.run(arguments)
            #expect(text.code == 0, "\(text.errors)")
            for part in ["text classifier", "class 0", "class 2", "KL ", "bits per weight"] {
                #expect(text.output.contains(part), "\(part)")
            }
            let json = try nibble.run(arguments + ["--json"]).json
            #expect(json["schema"] as? String == "nibble.encode/1")
            let texts = try #require(json["texts"] as? [[String: Any]])
            let outputs = try #require(texts[0]["outputs"] as? [[String: Any]])
            #expect(outputs.count == 2)
            try Self.expectProbabilities(outputs, classCount: 3)
        }
    }

    @Test func eachLineIsATextOfItsOwnWhereVectorsComeOut() throws {
        try NibbleCommand.with { nibble in
            let model = try ScenarioModel.encoder("roberta-pooler", tokens: 64, in: nibble.folder).path
            let run = try nibble.run(
                ["run", model, "--prompt", "good day\nbad day\nthe sea", "--set", ".*=int4"])
            #expect(run.code == 0 && run.errors.contains("modules.json"))
            #expect(run.output.components(separatedBy: "cosine with the original").count == 4)
            #expect(run.output.components(separatedBy: "1.000").count >= 7, "two matrices of similarities")
        }
    }

    @Test func aTextWithoutAMaskIsRefused() throws {
        try NibbleCommand.with { nibble in
            let model = try ScenarioModel.encoder("distilbert-mlm", tokens: 64, in: nibble.folder).path
            let guessed = try nibble.run(["run", model, "--prompt", "the [MASK] day"])
            #expect(guessed.code == 0 && guessed.output.contains("mask 1"))
            let refused = try nibble.run(["run", model, "--prompt", "the day"])
            #expect(refused.code == 1 && refused.errors.contains("[MASK]"))
        }
    }

    @Test func pairsAreForEncodersThatReadThem() throws {
        try NibbleCommand.with { nibble in
            let pair = ["--prompt", "a", "--text-pair", "b"]
            let language = try nibble.run(["run", NibbleCommand.sample.path] + pair)
            #expect(language.code != 0 && language.errors.contains("--text-pair"))
            let model = try ScenarioModel.encoder("roberta-pooler", tokens: 64, in: nibble.folder).path
            #expect(try nibble.run(["run", model] + pair).code != 0)
        }
    }

    @Test func labelledTextsAreCountedForSeveralPlans() throws {
        try NibbleCommand.with { nibble in
            let model = try ScenarioModel.encoder("bert-classes", tokens: 64, in: nibble.folder).path
            let data = nibble.folder.appendingPathComponent("data.csv")
            try Data("text,label\ngood day,class 1\nbad,2\nthe,class 0\n".utf8).write(to: data)
            let plan = nibble.folder.appendingPathComponent("eight.yaml")
            try Data("version: 1\nname: eight\nrules:\n  - pattern: \".*\"\n    setting: int8\n".utf8)
                .write(to: plan)
            let arguments = ["eval", model, data.path, "--plan", plan.path, "--set", ".*=int2"]
            let text = try nibble.run(arguments)
            #expect(text.code == 0, "\(text.errors)")
            #expect(text.output.contains("3 texts of 3 classes") && text.output.contains("eight"))
            let json = try nibble.run(arguments + ["--json"]).json
            let results = try #require(json["results"] as? [[String: Any]])
            #expect(results.compactMap { $0["name"] as? String } == ["original", "eight", ".*=int2"])
            #expect(results[1]["bytes"] as? Int ?? 0 > results[2]["bytes"] as? Int ?? .max - 1)
            try Data("text,label\na,heaven\n".utf8).write(to: data)
            let broken = try nibble.run(arguments)
            #expect(broken.code == 1 && broken.errors.contains("“heaven”"))
        }
    }
}
