import Foundation
import NibbleCommandLine
import NibbleText

/// llama.cpp's own benchmark, run as another process.
struct LlamaBench {
    /// The program `llama-bench`.
    let executable: String
    let threads: Int
    let promptTokens: Int
    let generate: Int

    /// One of its results; the names are those of its JSON.
    private struct Result: Decodable {
        let n_prompt: Int
        let avg_ts: Double
    }

    /// Tokens a second of one run, after one that it doesn't count itself.
    ///
    /// - Throws: ``CommandError`` if the program cannot be started, fails, or says something else.
    func measure(_ file: String) throws -> (prefill: Double, decode: Double) {
        let results: [Result]
        do {
            results = try JSONDecoder().decode([Result].self, from: try output(file))
        } catch let error as DecodingError {
            throw CommandError(
                description: "\(executable) says nothing that can be read as its JSON: \(error)".printable)
        }
        guard let prefill = results.first(where: { $0.n_prompt > 0 }),
            let decode = results.first(where: { $0.n_prompt == 0 })
        else { throw CommandError(description: "\(executable) measured no prompt or no writing.".printable) }
        return (prefill.avg_ts, decode.avg_ts)
    }

    private func output(_ file: String) throws -> Data {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = [
            "-m", file, "-t", "\(threads)", "-p", "\(promptTokens)", "-n", "\(generate)", "-r", "1", "-o",
            "json",
        ]
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch {
            throw CommandError(
                description: "\(executable) cannot be started: \(error.localizedDescription)".printable)
        }
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            throw CommandError(
                description: "\(executable) failed on \(file) with status \(process.terminationStatus)."
                    .printable)
        }
        return data
    }
}
