import ArgumentParser
import Foundation
import NibbleCheckpoints
import NibbleCommandLine
import NibbleText

/// `nibble bench synthesize`: Llama-shaped checkpoints of known size for benchmarks.
struct BenchSynthesize: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "synthesize",
        abstract: "Write a Llama-shaped model of random weights in f16: for speed, never for quality.")

    /// A shape that can be asked for.
    enum Size: String, ExpressibleByArgument, CaseIterable {
        case s, t

        var shape: Synthesizer.Shape { self == .s ? .small : .large }
    }

    @Argument(help: "s: 134 M parameters, 268 MB. t: 1.1 B parameters, 2.2 GB.")
    var size: Size

    @Option(help: "The folder to write; nothing there is overwritten.")
    var output: String

    func run() throws {
        Interruption.listen()
        let folder = URL(fileURLWithPath: output)
        guard !FileManager.default.fileExists(atPath: folder.path) else {
            throw CommandError(description: "\(output.printable) exists already: give a folder that doesn't.")
        }
        let synthesizer = Synthesizer()
        try synthesizer.writeModel(size.shape, to: folder)
        try synthesizer.writeTokenizer(vocabularySize: size.shape.vocabularySize, to: folder)
        StandardOutput.write("\(output.printable) holds the model \(size.rawValue) in f16.\n")
    }
}
