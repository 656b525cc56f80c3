import ArgumentParser
import NibbleCommandLine
import NibbleKernels
import NibbleQuantization
import NibbleTransformers

/// What all benchmarks have in common.
struct BenchOptions: ParsableArguments {
    @Option(help: "Runs of which the median is taken.")
    var repetitions = 3

    @Option(help: ArgumentHelp("A format; may be given several times, all formats unless given."))
    var format: [String] = []

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...1000).contains(repetitions) else {
            throw ValidationError("--repetitions takes 1 to 1000.")
        }
        for name in format { try Arguments.usage { _ = try FormatCatalogue.format(named: name) } }
    }

    /// The formats to measure.
    var formats: [any NumericFormat] {
        get throws {
            try format.isEmpty ? FormatCatalogue.all : format.map { try FormatCatalogue.format(named: $0) }
        }
    }

    /// Prints tables.
    func show(_ results: [BenchResult]) {
        let report = BenchReport(results: results)
        if output.json {
            StandardOutput.writeJSON(report)
        } else {
            StandardOutput.write(report.text)
        }
    }
}

/// The layer that the issue of speed is about: as large as the widest of a model with 1.1 B parameters.
enum BenchLayer {
    static let shape = MatrixShape(rows: 2048, columns: 5632)

    /// Calls `body` with such a layer, or one of another shape, in f16, mapped from a file.
    static func with<Result>(
        scratch: String?, shape: MatrixShape = shape, _ body: (FloatMatrix) throws -> Result
    ) throws -> Result {
        try ScratchFolder.with(in: scratch) { folder in
            let file = folder.appendingPathComponent("layer.safetensors")
            try Synthesizer().writeMatrix(rows: shape.rows, columns: shape.columns, to: file)
            let model = try TransformerModel.open(file)
            guard let layer = model.layers.first else {
                throw CommandError(description: "The benchmark's layer cannot be read back.")
            }
            return try body(try model.source(of: layer.id))
        }
    }
}
