import Foundation
import NibbleTestSupport
import Testing

/// A model whose file changes while a command works: never figures, never a bare death.
@Suite(
    .serialized,
    .enabled(
        if: FileManager.default.fileExists(atPath: "/proc/self/fd"),
        "whether a process has a file open is read from /proc"))
struct CommandChangeTests {
    /// What happens to the weights.
    enum Change: String, CaseIterable {
        case cutShort, overwritten

        func apply(to file: URL) throws {
            switch self {
            case .cutShort: #expect(truncate(file.path, 5000) == 0)
            case .overwritten:
                let handle = try FileHandle(forWritingTo: file)
                try handle.seek(toOffset: 3_000_000)
                try handle.write(contentsOf: Data((0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 37) }))
                try handle.close()
            }
        }

        var sentence: String {
            self == .cutShort ? "was cut short while nibble" : "was overwritten while nibble"
        }
    }

    /// Runs a command that waits for its plan with the model open, and changes the weights meanwhile.
    private func outcome(
        _ nibble: NibbleCommand, _ change: Change, _ arguments: (_ model: String, _ plan: String) -> [String]
    ) throws -> NibbleCommand.Outcome {
        let model = try nibble.copy(of: NibbleCommand.sample)
        let weights = model.appendingPathComponent("model.safetensors")
        let pipe = nibble.folder.appendingPathComponent("plan.pipe").path
        #expect(mkfifo(pipe, 0o600) == 0)
        let writer = open(pipe, O_RDWR)
        let process = nibble.process(arguments(model.path, pipe))
        let (output, errors) = (try nibble.file("output"), try nibble.file("errors"))
        process.standardOutput = output.handle
        process.standardError = errors.handle
        try process.run()
        try waitUntilOpen(pipe, by: process)
        try change.apply(to: weights)
        let plan = Array("version: 1\nrules:\n  - pattern: \".*\"\n    setting: q8_0\n".utf8)
        #expect(write(writer, plan, plan.count) == plan.count)
        close(writer)
        process.waitUntilExit()
        return NibbleCommand.outcome(
            process, output: try String(contentsOf: output.url, encoding: .utf8),
            errors: try String(contentsOf: errors.url, encoding: .utf8))
    }

    /// Waits until a process has a file open.
    private func waitUntilOpen(_ path: String, by process: Process) throws {
        let folder = "/proc/\(process.processIdentifier)/fd"
        let end = Date(timeIntervalSinceNow: 60)
        while process.isRunning, Date() < end {
            let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            let targets = files.compactMap {
                try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")
            }
            if targets.contains(path) { return }
            usleep(2000)
        }
        Issue.record("The command never opened \(path).")
    }

    @Test(arguments: Change.allCases) func runTellsIt(_ change: Change) throws {
        try NibbleCommand.with { nibble in
            let outcome = try outcome(nibble, change) { model, plan in
                ["run", model, "--plan", plan, "--prompt", "Once", "--max-tokens", "8", "--json"]
            }
            #expect(outcome.code == 1)
            #expect(outcome.errors.contains(change.sentence))
            #expect(outcome.output.contains("nibble.error/1"))
            if change == .cutShort { #expect(!outcome.output.contains("\"result\"")) }
        }
    }

    @Test(arguments: Change.allCases) func perplexityTellsIt(_ change: Change) throws {
        try NibbleCommand.with { nibble in
            let text = try nibble.write(String(repeating: "Once upon a time. ", count: 20), as: "text.txt")
            let outcome = try outcome(nibble, change) { model, plan in
                ["perplexity", model, text, "--plan", plan]
            }
            #expect(outcome.code == 1)
            #expect(outcome.errors.contains(change.sentence))
            #expect(outcome.output.isEmpty)
        }
    }

    @Test(arguments: Change.allCases) func quantizeWritesNoFile(_ change: Change) throws {
        try NibbleCommand.with { nibble in
            let place = nibble.folder.appendingPathComponent("out.gguf").path
            let outcome = try outcome(nibble, change) { model, plan in
                ["quantize", model, "--plan", plan, "--output", place]
            }
            #expect(outcome.code == 1)
            #expect(outcome.errors.contains(change.sentence))
            #expect(!FileManager.default.fileExists(atPath: place))
            let left = try FileManager.default.contentsOfDirectory(atPath: nibble.folder.path)
            #expect(!left.contains { $0.hasSuffix(".part") })
        }
    }

    /// The command stands still because nobody reads what it prints, while the weights change.
    @Test(arguments: Change.allCases) func statsTellsIt(_ change: Change) throws {
        try NibbleCommand.with { nibble in
            let model = try nibble.copy(of: NibbleCommand.sample)
            let formats = ["int4 group=32", "int8", "q8_0", "q4_0", "nf4", "fp8-e4m3"]
            let process = nibble.process(["stats", model.path] + formats.flatMap { ["--format", $0] })
            var ends: [CInt] = [-1, -1]
            #expect(Foundation.pipe(&ends) == 0)
            #if os(Linux)
                _ = fcntl(ends[1], 1031, 4096)  // F_SETPIPE_SZ, fcntl(2)
            #endif
            let reader = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
            let writer = FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
            process.standardOutput = writer
            let errors = try nibble.file("errors")
            process.standardError = errors.handle
            try process.run()
            // By its owner, or the number would be closed a second time when another test's file has it.
            try writer.close()
            let first = try #require(try reader.read(upToCount: 1))
            try change.apply(to: model.appendingPathComponent("model.safetensors"))
            let rest = try reader.readToEnd() ?? Data()
            process.waitUntilExit()
            #expect(process.terminationReason == .exit)
            #expect(process.terminationStatus == 1)
            let text = String(decoding: first + rest, as: UTF8.self)
            #expect(!text.contains("layers.3.mlp.down_proj") && text.contains("embed_tokens"))
            #expect(try String(contentsOf: errors.url, encoding: .utf8).contains(change.sentence))
        }
    }
}
