import Foundation
import Testing

/// `nibble quantize`: what it writes, and how it ends where it cannot.
@Suite struct QuantizeCommandTests {
    private static func arguments(_ output: String, _ more: String...) -> [String] {
        ["quantize", NibbleCommand.sample.path, "--set", ".*=q4_0", "--output", output] + more
    }

    /// What lies in the folder of a test but for the outputs of its commands.
    private static func names(_ nibble: NibbleCommand) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: nibble.folder.path)
            .filter { $0.contains("gguf") || $0.contains("part") }.sorted()
    }

    @Test func theFileRunsAsAModel() throws {
        try NibbleCommand.with { nibble in
            let report = try nibble.run(Self.arguments("model.gguf", "--json")).json
            #expect(report["schema"] as? String == "nibble.quantize/1")
            let tensors = try #require(report["tensors"] as? [[String: Any]])
            #expect(Set(tensors.compactMap { $0["type"] as? String }) == ["Q4_0", "F32"])
            let inspected = try nibble.run(["inspect", "model.gguf", "--json"]).json
            #expect(inspected["canRun"] as? Bool == true)
            let run = try nibble.run(["run", "model.gguf", "--prompt", "Once upon", "--max-tokens", "4"])
            #expect(run.code == 0, "\(run.errors)")
        }
    }

    /// A file that is there is replaced only when asked; the model's own never.
    @Test func nothingIsReplacedUnasked() throws {
        try NibbleCommand.with { nibble in
            let place = nibble.folder.appendingPathComponent("model.gguf")
            #expect(try nibble.run(Self.arguments("model.gguf")).code == 0)
            let first = try Data(contentsOf: place)
            let second = try nibble.run([
                "quantize", NibbleCommand.sample.path, "--set", ".*=q8_0", "--output", "model.gguf",
            ])
            #expect(second.code == 1 && second.output.isEmpty)
            #expect(second.errors.contains("model.gguf is there already: give --force"))
            #expect(try Data(contentsOf: place) == first)
            let itself = ["quantize", "model.gguf", "--set", ".*=q8_0", "--output", "model.gguf", "--force"]
            let refused = try nibble.run(itself)
            #expect(refused.code == 1 && refused.errors.contains("is the model itself"))
            #expect(try Data(contentsOf: place) == first)
            #expect(try nibble.run(Self.arguments("other.gguf")).code == 0)
            let forced = ["quantize", "model.gguf", "--set", ".*=q8_0", "--output", "other.gguf", "--force"]
            #expect(try nibble.run(forced).code == 0)
            #expect(
                try Data(contentsOf: nibble.folder.appendingPathComponent("other.gguf")).count > first.count)
            #expect(try Self.names(nibble) == ["model.gguf", "other.gguf"])
        }
    }

    @Test(arguments: [
        ("int4", "no type for int4. They can hold f32"), ("mxfp4", "mxfp4-gguf"),
        ("iq2_xxs", "reads iq2_xxs from GGUF files, but does not write it"),
    ])
    func formatsThatGGUFLacksAreNamed(_ format: String, _ words: String) throws {
        try NibbleCommand.with { nibble in
            let outcome = try nibble.run([
                "quantize", NibbleCommand.sample.path, "--set", ".*=\(format)", "--output", "model.gguf",
            ])
            #expect(outcome.code == 1 && outcome.errors.contains(words), "\(outcome.errors)")
            #expect(try Self.names(nibble) == [])
        }
    }

    @Test func argumentsAreChecked() throws {
        try NibbleCommand.with { nibble in
            let name = try nibble.run(Self.arguments("model.bin"))
            #expect(name.code == 64 && name.errors.contains(".gguf"))
            let unknown = [
                "quantize", NibbleCommand.sample.path, "--set", ".*=q4_kk", "--output", "model.gguf",
            ]
            let format = try nibble.run(unknown)
            #expect(format.code == 64 && format.errors.contains("q4_k"))
            #expect(try nibble.run(Self.arguments("nowhere/model.gguf")).code == 1)
            try FileManager.default.createDirectory(
                at: nibble.folder.appendingPathComponent("folder.gguf"), withIntermediateDirectories: false)
            let folder = try nibble.run(Self.arguments("folder.gguf", "--force"))
            #expect(folder.code == 1 && folder.errors.contains("a folder"))
            #expect(try Self.names(nibble) == ["folder.gguf"])
        }
    }

    /// A limit on the size of files stands for a disk that is full before the end.
    @Test func aFileIsWrittenWholeOrNotAtAll() throws {
        try NibbleCommand.with { nibble in
            #expect(try nibble.run(Self.arguments("model.gguf")).code == 0)
            let place = nibble.folder.appendingPathComponent("model.gguf")
            let before = try Data(contentsOf: place)
            for arguments in [Self.arguments("new.gguf"), Self.arguments("model.gguf", "--force")] {
                let process = nibble.process(arguments)
                process.executableURL = URL(fileURLWithPath: "/bin/sh")
                process.arguments =
                    ["-c", "ulimit -f 1000; exec \"$0\" \"$@\"", NibbleCommand.executable.path] + arguments
                let errors = try nibble.file("errors")
                process.standardOutput = FileHandle.nullDevice
                process.standardError = errors.handle
                try process.run()
                process.waitUntilExit()
                #expect(process.terminationReason == .exit && process.terminationStatus == 1)
                let sentence = try String(contentsOf: errors.url, encoding: .utf8)
                #expect(sentence.contains("could not be written"), "\(sentence)")
            }
            #expect(try Data(contentsOf: place) == before)
            #expect(try Self.names(nibble) == ["model.gguf"])
        }
    }
}
