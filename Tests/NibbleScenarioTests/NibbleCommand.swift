import Foundation
import NibbleTestSupport

/// The built program, started as a person would from a shell, in an environment of its own.
struct NibbleCommand {
    /// What a command left behind.
    struct Outcome {
        /// The exit code; nil if a signal ended it.
        let code: Int32?
        /// The signal that ended it.
        let signal: Int32?
        /// Standard output.
        let output: String
        /// Standard error.
        let errors: String

        /// The output's last line as a JSON object, or all of it.
        var json: [String: Any] {
            let last = output.split(separator: "\n").last.map(String.init) ?? ""
            return Self.object(output) ?? Self.object(last) ?? [:]
        }

        /// Each line as a JSON object.
        var jsonLines: [[String: Any]] {
            output.split(separator: "\n").compactMap { Self.object(String($0)) }
        }

        private static func object(_ text: String) -> [String: Any]? {
            (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: Any]
        }
    }

    /// Where home, state and the command's files lie; removed with the test.
    let folder: URL

    /// The program, which the package manager puts beside the test's own executable.
    static let executable: URL = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let candidates = [own, CommandLine.arguments.first ?? ""].map {
            URL(fileURLWithPath: $0).deletingLastPathComponent().appendingPathComponent("nibble")
        }
        return candidates.first { FileManager.default.isExecutableFile(atPath: $0.path) } ?? candidates[0]
    }()

    /// The sample model.
    static let sample = RepositoryPaths.root.appendingPathComponent("SampleModels/tiny-tales")
    /// A committed checkpoint with random weights and no tokenizer.
    static let random = RepositoryPaths.root.appendingPathComponent(
        "Tests/NibbleTransformersTests/Fixtures/llama-tied")

    /// Calls `body` with a fresh environment.
    static func with<Result>(_ body: (NibbleCommand) throws -> Result) throws -> Result {
        try TemporaryFolder.with("command") { try body(NibbleCommand(folder: $0)) }
    }

    /// A process that is ready to start; its outputs go nowhere yet.
    func process(_ arguments: [String], environment: [String: String] = [:]) -> Process {
        let process = Process()
        process.executableURL = Self.executable
        process.arguments = arguments
        process.currentDirectoryURL = folder
        let base = [
            "HOME": folder.path, "XDG_STATE_HOME": folder.appendingPathComponent("state").path,
            "XDG_CACHE_HOME": folder.appendingPathComponent("cache").path, "LC_ALL": "C.UTF-8",
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "",
        ]
        process.environment = base.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        return process
    }

    /// Runs a command to its end.
    ///
    /// Outputs go to files, so that none can fill a pipe while the other is read.
    func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Outcome {
        let process = process(arguments, environment: environment)
        let (output, errors) = (try file("output"), try file("errors"))
        process.standardOutput = output.handle
        process.standardError = errors.handle
        try process.run()
        process.waitUntilExit()
        return Self.outcome(process, output: try text(output.url), errors: try text(errors.url))
    }

    /// The outcome of a process that has ended.
    static func outcome(_ process: Process, output: String, errors: String) -> Outcome {
        let isSignal = process.terminationReason == .uncaughtSignal
        return Outcome(
            code: isSignal ? nil : process.terminationStatus,
            signal: isSignal ? process.terminationStatus : nil,
            output: output, errors: errors)
    }

    /// An empty file that a process can write to.
    func file(_ name: String) throws -> (url: URL, handle: FileHandle) {
        let url = folder.appendingPathComponent("\(name)-\(UUID().uuidString)")
        try Data().write(to: url)
        return (url, try FileHandle(forWritingTo: url))
    }

    private func text(_ url: URL) throws -> String {
        String(decoding: try Data(contentsOf: url), as: UTF8.self)
    }

    /// Writes a file into the folder and returns its path.
    func write(_ text: String, as name: String) throws -> String {
        let url = folder.appendingPathComponent(name)
        try Data(text.utf8).write(to: url)
        return url.path
    }

    /// A copy of a model in the folder.
    func copy(of model: URL, as name: String = "copy") throws -> URL {
        let copy = folder.appendingPathComponent(name)
        try FileManager.default.copyItem(at: model, to: copy)
        return copy
    }
}
