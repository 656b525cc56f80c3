import Foundation
import Testing

/// How commands end when somebody else decides.
@Suite struct CommandEndTests {
    private static let arguments = [
        "run", NibbleCommand.sample.path, "--prompt", "Once upon a time", "--max-tokens", "500", "--set",
        ".*=int8",
        "--json",
    ]

    @Test func aReaderThatGoesAwayEndsItQuietly() throws {
        try NibbleCommand.with { nibble in
            let process = nibble.process(Self.arguments)
            let pipe = Pipe()
            let errors = try nibble.file("errors")
            process.standardOutput = pipe
            process.standardError = errors.handle
            try process.run()
            try pipe.fileHandleForWriting.close()
            try pipe.fileHandleForReading.close()
            process.waitUntilExit()
            #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGPIPE)
            #expect(try Data(contentsOf: errors.url).isEmpty)
        }
    }

    @Test func aFullDiskIsSaid() throws {
        try NibbleCommand.with { nibble in
            let process = nibble.process(["inspect", NibbleCommand.sample.path])
            let errors = try nibble.file("errors")
            process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: "/dev/full"))
            process.standardError = errors.handle
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationReason == .exit && process.terminationStatus == 1)
            #expect(try String(contentsOf: errors.url, encoding: .utf8).contains("cannot be written"))
        }
    }

    /// The signal comes once the first state is there; the result so far is printed before the end.
    @Test(arguments: [SIGTERM, SIGINT, SIGHUP]) func aSignalEndsTheRunWithWhatThereIs(_ signal: Int32) throws
    {
        try NibbleCommand.with { nibble in
            let process = nibble.process(Self.arguments)
            let pipe = Pipe()
            process.standardOutput = pipe
            process.standardError = FileHandle.nullDevice
            try process.run()
            var output = pipe.fileHandleForReading.availableData
            kill(process.processIdentifier, signal)
            output += try pipe.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            let outcome = NibbleCommand.outcome(
                process, output: String(decoding: output, as: UTF8.self), errors: "")
            #expect(outcome.signal == signal)
            #expect(outcome.json["event"] as? String == "result")
            let contestants = try #require(outcome.json["contestants"] as? [[String: Any]])
            #expect(contestants.allSatisfy { $0["finished"] as? String == "cancelled" })
        }
    }
}
