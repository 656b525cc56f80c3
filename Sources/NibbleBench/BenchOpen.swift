import ArgumentParser
import Foundation
import NibbleCommandLine
import NibbleKernels
import NibbleQuantization
import NibbleStatistics
import NibbleText
import NibbleTransformers

/// `nibble bench open`: how long a large model takes to open, and how much memory of its own that takes.
struct BenchOpen: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open", abstract: "Open a large synthesized model and look at its first layer.")

    @Option(help: "Size of the model in bytes.")
    var size = 2_000_000_000

    @Option(help: "Folder for the model, which is removed afterwards.")
    var scratch: String?

    @Flag(help: "Open it on the screen too, in a pseudo-terminal.")
    var screen = false

    @OptionGroup var options: BenchOptions

    func validate() throws {
        guard (1_000_000...1_000_000_000_000).contains(size) else {
            throw ValidationError("--size takes 1000000 to 1000000000000 bytes.")
        }
    }

    func run() throws {
        Interruption.listen()
        options.show(try measure())
    }

    func measure() throws -> [BenchResult] {
        try ScratchFolder.with(in: scratch) { scratch in
            let folder = scratch.appendingPathComponent("synthesized")
            let shape = Synthesizer.Shape.ofSize(size)
            try Synthesizer().writeModel(shape, to: folder)
            var result = BenchResult(
                "open", subject: "synthesized model of \(shape.layerCount) blocks",
                columns: ["weights", "open_ms", "first_look_ms", "rss_anon_before_mb", "rss_anon_mb"])
            let before = ResidentMemory.anonymousMegabytes()
            var model = try TransformerModel.open(folder)
            let open = try Stopwatch.medianMilliseconds(options.repetitions) {
                model = try TransformerModel.open(folder)
            }
            let look = try firstLook(model)
            result.rows.append([
                .text(FigureText.bytes(model.checkpoint.totalByteCount)), .number(open), .number(look),
                .number(before), .number(ResidentMemory.anonymousMegabytes()),
            ])
            return try [result] + (screen ? [screenBenchmark(folder)] : [])
        }
    }

    private func screenBenchmark(_ folder: URL) throws -> BenchResult {
        var benchmark = try BenchScreen.parse([])
        benchmark.options = options
        return try benchmark.measure(folder)
    }

    /// What the first screen shows of the first layer.
    private func firstLook(_ model: TransformerModel) throws -> Double {
        guard let layer = model.layers.first, let format = try options.formats.first else { return 0 }
        return try Stopwatch.milliseconds {
            _ = try WeightStatistics.firstLook(
                at: try model.source(of: layer.id), encoding: format.defaultEncoding, bins: 240)
        }
    }
}

/// Memory of a process.
enum ResidentMemory {
    /// `RssAnon` of /proc/PID/status (proc(5)): resident pages that belong to no file, in units of 10⁶ bytes.
    static func anonymousMegabytes(of process: String = "self") -> Double {
        let bytes = FileManager.default.contents(atPath: "/proc/\(process)/status")
        let text = bytes.map { String(decoding: $0, as: UTF8.self) }
        let line = text?.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
        let fields = line?.split(whereSeparator: \.isWhitespace) ?? []
        return fields.count > 1 ? (Double(fields[1]) ?? 0) * 1024 / 1e6 : 0
    }
}
