import Foundation

/// A program that the package manager has built beside the test's own executable.
struct BuiltProgram {
    let name: String

    private var executable: URL {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let candidates = [own, CommandLine.arguments.first ?? ""].map {
            URL(fileURLWithPath: $0).deletingLastPathComponent().appendingPathComponent(name)
        }
        return candidates.first { FileManager.default.isExecutableFile(atPath: $0.path) } ?? candidates[0]
    }

    /// Runs the program to its end and returns what it wrote, of which few bytes may be complaints.
    func run() throws -> (code: Int32, lines: [String], complaints: String) {
        let process = Process()
        let (output, errors) = (Pipe(), Pipe())
        process.executableURL = executable
        (process.standardOutput, process.standardError) = (output, errors)
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let complaints = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let isExit = process.terminationReason == .exit
        return (
            isExit ? process.terminationStatus : -1, text.split(separator: "\n").map(String.init), complaints
        )
    }
}
