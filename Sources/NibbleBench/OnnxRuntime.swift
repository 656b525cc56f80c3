import Foundation
import NibbleCommandLine
import NibbleText

/// ONNX Runtime in a Python process that runs an encoder when it is asked to.
final class OnnxRuntime {
    private let process = Process()
    private let requests = Pipe()
    private let answers = Pipe()
    private let script: String

    /// One of its answers; the names are those of its JSON.
    private struct Answer: Decodable {
        let milliseconds: [Double]
        let output: [Float]
    }

    /// Starts the process and waits until its model is made.
    ///
    /// - Throws: ``CommandError`` if it cannot be started or ends.
    init(python: String, script: String, model: URL, threads: Int, batch: Int, isInt8: Bool) throws {
        self.script = script
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments =
            [script, model.path, "--threads", "\(threads)", "--batch", "\(batch)"]
            + (isInt8 ? ["--int8"] : [])
        process.standardInput = requests
        process.standardOutput = answers
        do { try process.run() } catch {
            throw CommandError(
                description: "\(python) cannot be started: \(error.localizedDescription)".printable)
        }
        _ = try line()
    }

    deinit { stop() }

    /// Ends the process.
    func stop() {
        try? requests.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// The median of some forwards, after one that is not counted.
    func milliseconds(_ count: Int) throws -> Double {
        Stopwatch.median(Array(try ask(count + 1).milliseconds.dropFirst()))
    }

    /// Refuses to compare what doesn't compute the same.
    ///
    /// - Parameter isExact: Whether both multiply in f32.
    /// - Throws: ``CommandError`` if its output isn't near nibble's.
    func check(_ states: [Float], isExact: Bool) throws {
        let own = states.prefix(32)
        let other = try ask(1).output
        let difference = zip(own, other).map { abs($0 - $1) }.max() ?? .infinity
        let largest = own.map(abs).max() ?? 0
        guard own.count == other.count, difference <= (isExact ? 0.001 : 0.15) * largest else {
            throw CommandError(
                description:
                    "ONNX Runtime's output differs by \(difference) of \(largest): they cannot be compared.")
        }
    }

    private func ask(_ count: Int) throws -> Answer {
        try requests.fileHandleForWriting.write(contentsOf: Data("\(count)\n".utf8))
        return try JSONDecoder().decode(Answer.self, from: try line())
    }

    /// The next line that it writes.
    private func line() throws -> Data {
        var line = Data()
        while let byte = try answers.fileHandleForReading.read(upToCount: 1), !byte.isEmpty {
            if byte[0] == UInt8(ascii: "\n") { return line }
            line += byte
        }
        throw CommandError(
            description:
                "\(script) ended without an answer: it needs the Python packages onnx and onnxruntime."
                .printable)
    }
}
