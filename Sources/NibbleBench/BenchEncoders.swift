import ArgumentParser
import Foundation
import NibbleCommandLine
import NibbleEvaluation
import NibbleKernels
import NibbleQuantization
import NibbleTransformers

/// `nibble bench encoders`: forwards of encoders, and the same in ONNX Runtime, in turn.
struct BenchEncoders: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encoders",
        abstract: "Milliseconds of an encoder's forward, and beside ONNX Runtime's their ratio.",
        discussion: """
            Models of random weights: a BERT of MiniLM's size with 128 tokens, and ViT-S with 197 positions. int8 has a scale for \
            each output channel, and activations are quantized as they come. With --python and --script, both programs run in \
            turn with the same weights and inputs; who comes first changes from pair to pair. Figures are medians; the ratios \
            (ONNX Runtime's time over nibble's: above 1 nibble is faster) are medians of the pairs' own ratios.
            """)

    @Option(help: "The model: minilm or vit-s; may be given several times, both unless given.")
    var encoder: [BenchEncoder] = []

    @Option(help: "The format: f32 or int8; may be given several times, both unless given.")
    var format: [EncoderFormat] = []

    @Option(help: "Texts or images of a run; may be given several times, 1 and 8 unless given.")
    var batch: [Int] = []

    @Option(help: "Threads; may be given several times, one and all cores unless given.")
    var threads: [Int] = []

    @Option(help: "How often both are measured.")
    var pairs = 7

    @Option(help: "A Python with onnx and onnxruntime.")
    var python: String?

    @Option(help: "The script that runs ONNX Runtime.")
    var script = "Documentation/Scripts/onnx_encoders.py"

    @OptionGroup var output: OutputOptions

    func validate() throws {
        for count in threads { try Arguments.check(threads: count) }
        guard (1...1000).contains(pairs) else { throw ValidationError("--pairs takes 1 to 1000.") }
        guard batch.allSatisfy({ (1...1024).contains($0) }) else {
            throw ValidationError("--batch takes 1 to 1024.")
        }
    }

    func run() throws {
        Interruption.listen()
        let report = BenchReport(results: [try measure()])
        if output.json { StandardOutput.writeJSON(report) } else { StandardOutput.write(report.text) }
    }

    private func measure() throws -> BenchResult {
        var result = BenchResult(
            "encoders", subject: "milliseconds of a forward, medians of \(pairs) pairs",
            columns: ["encoder", "format", "batch", "threads"]
                + (python == nil ? ["ms"] : ["peer_ms", "ms", "ratio"]))
        let all = WorkPool.shared.threadCount
        for encoder in encoder.isEmpty ? BenchEncoder.allCases : encoder {
            try ScratchFolder.with(in: nil) { folder in
                try Synthesizer().writeEncoder(encoder, to: folder)
                let model = try TransformerModel.open(folder)
                for format in format.isEmpty ? EncoderFormat.allCases : format {
                    let weights = try EncodingCache().weightSet(
                        for: ResolvedPlan(try format.plan, model: model), model: model)
                    for batch in batch.isEmpty ? [1, 8] : batch {
                        for count in threads.isEmpty ? Array(Set([1, all])).sorted() : threads {
                            let speed = try EncoderSpeed(
                                encoder, model, weights, batch: batch, pool: WorkPool(threadCount: count))
                            let peer = try python.map {
                                try OnnxRuntime(
                                    python: $0, script: script, model: folder, threads: count, batch: batch,
                                    isInt8: format == .int8)
                            }
                            let name: [BenchValue] = [
                                .text(encoder.rawValue), .text(format.rawValue), .count(batch), .count(count),
                            ]
                            result.rows.append(name + (try figures(speed, peer, isExact: format == .f32)))
                        }
                    }
                }
            }
        }
        return result
    }

    /// Forwards of each program in a pair, after one that is not counted.
    private static let forwards = 5

    private func figures(_ speed: EncoderSpeed, _ peer: OnnxRuntime?, isExact: Bool) throws -> [BenchValue] {
        let first = try speed.forward()
        guard let peer else {
            return [.number(try Stopwatch.medianMilliseconds(pairs) { _ = try speed.forward() })]
        }
        defer { peer.stop() }
        try peer.check(first, isExact: isExact)
        func own() throws -> Double {
            try Stopwatch.medianMilliseconds(Self.forwards) { _ = try speed.forward() }
        }
        let results = try (0..<pairs).map { index in
            if index % 2 == 0 {
                let first = try peer.milliseconds(Self.forwards)
                return (peer: first, own: try own())
            }
            let first = try own()
            return (peer: try peer.milliseconds(Self.forwards), own: first)
        }
        return [
            .number(Stopwatch.median(results.map(\.peer))), .number(Stopwatch.median(results.map(\.own))),
            .number(Stopwatch.median(results.map { $0.peer / $0.own })),
        ]
    }
}

/// What `nibble bench encoders` compares.
enum EncoderFormat: String, CaseIterable, ExpressibleByArgument {
    /// As the model is stored, with float activations.
    case f32
    /// A scale for each output channel, a scale for each token's activations.
    case int8

    /// Its plan.
    var plan: Plan {
        get throws {
            guard self == .int8 else { return Plan() }
            var setting = Setting.standard(try FormatCatalogue.format(named: "int8"))
            setting.storage.granularity = .channel
            setting.arithmetic.activation = "int8-token"
            return Plan(name: rawValue, rules: [try PlanRule(pattern: ".*", setting: setting)])
        }
    }
}

extension BenchEncoder: ExpressibleByArgument {}
