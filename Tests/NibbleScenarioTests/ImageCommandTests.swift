import Foundation
import NibbleTestSupport
import Testing

/// `nibble run --image` and `nibble eval` of vision models, as text and as JSON.
@Suite struct ImageCommandTests {
    private static let images = RepositoryPaths.root.appendingPathComponent(
        "Tests/NibbleImagesTests/Fixtures/images")

    private static func image(_ name: String) -> String { images.appendingPathComponent(name).path }

    /// A fixture of random weights with a preprocessor file, in the command's folder.
    private func copy(_ fixture: String, _ nibble: NibbleCommand) throws -> String {
        let place = try ScenarioModel.fixture(fixture, in: nibble.folder)
        try Data(#"{"image_processor_type": "ViTImageProcessor", "size": 16}"#.utf8)
            .write(to: place.appendingPathComponent("preprocessor_config.json"))
        return place.path
    }

    @Test func classesOfImagesStandSideBySide() throws {
        try NibbleCommand.with { nibble in
            let model = try copy("deit-classes", nibble)
            let arguments = [
                "run", model, "--image", Self.image("baseline.jpg"), Self.image("rgb.png"), "--set",
                ".*=int2",
            ]
            let inspected = try nibble.run(["inspect", model])
            #expect(inspected.output.contains("16 × 16 by bilinear"))
            let text = try nibble.run(arguments)
            #expect(text.code == 0, "\(text.errors)")
            let parts = [
                "image classifier", "baseline.jpg (29 × 19)", "rgb.png (13 × 9)", "class 4", "KL ",
                "per image",
            ]
            for part in parts { #expect(text.output.contains(part), "\(part)") }
            let json = try nibble.run(arguments + ["--json"]).json
            let found = try #require(json["images"] as? [[String: Any]])
            #expect(found.count == 2 && json["texts"] == nil)
            #expect(found[0]["width"] as? Int == 29 && found[0]["height"] as? Int == 19)
            for image in found {
                let outputs = try #require(image["outputs"] as? [[String: Any]])
                try EncoderCommandTests.expectProbabilities(outputs, classCount: 5)
            }
        }
    }

    @Test func vectorsOfSeveralImagesHaveSimilarities() throws {
        try NibbleCommand.with { nibble in
            let model = try copy("dinov2-states", nibble)
            let run = try nibble.run([
                "run", model, "--image", Self.image("rgb.png"), "--image", Self.image("grey.jpg"), "--set",
                ".*=int4",
            ])
            #expect(run.code == 0, "\(run.errors)")
            #expect(run.output.components(separatedBy: "cosine with the original").count == 3)
            #expect(run.output.components(separatedBy: "1.000").count >= 5, "two matrices of similarities")
        }
    }

    @Test func whatCannotBeLookedAtIsSaid() throws {
        try NibbleCommand.with { nibble in
            let model = try copy("deit-classes", nibble)
            let nothing = try nibble.run(["run", model])
            #expect(nothing.code == 64 && nothing.errors.contains("--image FILE"))
            let prompt = try nibble.run(["run", model, "--prompt", "a"])
            #expect(prompt.code != 0 && prompt.errors.contains("--image FILE"))
            let language = try nibble.run([
                "run", NibbleCommand.sample.path, "--image", Self.image("rgb.png"),
            ])
            #expect(language.code != 0 && language.errors.contains("--prompt TEXT"))
            for (name, words) in [
                ("bad-cut.jpg", "cut short"), ("bad-webp.webp", "WebP"), ("none", "no such"),
            ] {
                let refused = try nibble.run(["run", model, "--image", Self.image(name)])
                #expect(refused.code == 1 && refused.errors.contains(words) && refused.errors.contains(name))
            }
        }
    }

    @Test func aFolderOfClassesIsCountedForSeveralPlans() throws {
        try NibbleCommand.with { nibble in
            let model = try copy("deit-classes", nibble)
            let data = nibble.folder.appendingPathComponent("data")
            for (name, file) in [("class 1", "rgb.png"), ("class 2", "full.jpg"), ("3", "grey.jpg")] {
                let folder = data.appendingPathComponent(name)
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                try FileManager.default.copyItem(
                    at: Self.images.appendingPathComponent(file), to: folder.appendingPathComponent(file))
            }
            let plan = nibble.folder.appendingPathComponent("eight.yaml")
            try Data("version: 1\nname: eight\nrules:\n  - pattern: \".*\"\n    setting: int8\n".utf8)
                .write(to: plan)
            let arguments = ["eval", model, data.path, "--plan", plan.path, "--set", ".*=int2"]
            let text = try nibble.run(arguments)
            #expect(text.code == 0, "\(text.errors)")
            #expect(text.output.contains("3 images of 5 classes") && text.output.contains("ms per image"))
            let json = try nibble.run(arguments + ["--json", "--limit", "2"]).json
            let results = try #require(json["results"] as? [[String: Any]])
            #expect(results.compactMap { $0["name"] as? String } == ["original", "eight", ".*=int2"])
            #expect(json["count"] as? Int == 2 && json["inputs"] as? String == "images")
            let file = try nibble.run(["eval", model, plan.path])
            #expect(file.code == 1 && file.errors.contains("no folder"))
            try FileManager.default.createDirectory(
                at: data.appendingPathComponent("heaven"), withIntermediateDirectories: true)
            let unknown = try nibble.run(arguments)
            #expect(unknown.code == 1 && unknown.errors.contains("“heaven”"))
        }
    }

    @Test func aTextOfALanguageModelIsItsPerplexity() throws {
        try NibbleCommand.with { nibble in
            let text = nibble.folder.appendingPathComponent("text.txt")
            try Data("Once upon a time there was a patient baker by the sea.".utf8).write(to: text)
            let arguments = [NibbleCommand.sample.path, text.path, "--set", ".*=int2", "--json"]
            let eval = try nibble.run(["eval"] + arguments).json
            let perplexity = try nibble.run(["perplexity"] + arguments).json
            #expect(eval["schema"] as? String == "nibble.perplexity/1")
            func values(_ json: [String: Any]) -> [Double] {
                (json["results"] as? [[String: Any]] ?? []).compactMap { $0["perplexity"] as? Double }
            }
            #expect(values(eval) == values(perplexity) && values(eval).count == 2)
            let limited = try nibble.run(["eval"] + arguments + ["--limit", "3"])
            #expect(limited.code != 0 && limited.errors.contains("--limit"))
        }
    }
}
