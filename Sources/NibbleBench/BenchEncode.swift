import ArgumentParser
import NibbleCommandLine
import NibbleKernels
import NibbleQuantization
import NibbleStatistics
import NibbleText

/// `nibble bench encode`: how long the first and the exact picture of a large layer take.
struct BenchEncode: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encode",
        abstract: "First look and exact figures of an 11.5 M-weight layer, format by format.")

    @OptionGroup var options: BenchOptions

    @Option(help: "Threads that encode.")
    var threads = 1

    @Option(help: "Folder for the layer's file (23 MB).")
    var scratch: String?

    func validate() throws { try Arguments.check(threads: threads) }

    func run() throws {
        Interruption.listen()
        options.show([try measure()])
    }

    func measure() throws -> BenchResult {
        try BenchLayer.with(scratch: scratch) { source in
            let counting = try Stopwatch.medianMilliseconds(options.repetitions) {
                _ = try WeightStatistics.profile(of: source)
            }
            var result = BenchResult(
                "encode",
                subject: "\(source.shape.rows) x \(source.shape.columns) in f16, \(threads) threads; "
                    + "counting its values takes \(FigureText.plain(counting, decimals: 1)) ms once",
                columns: ["format", "range", "first_look_ms", "encode_ms", "figures_ms", "exact_ms"])
            let profile = try WeightStatistics.profile(of: source)
            for format in try options.formats {
                let own = format.defaultEncoding.rangeRule
                for rule in format.rangeRules.isEmpty ? [own] : format.rangeRules {
                    var encoding = format.defaultEncoding
                    encoding.rangeRule = rule
                    result.rows.append(try row(source, encoding, profile))
                }
            }
            return result
        }
    }

    private func row(
        _ source: FloatMatrix, _ encoding: StorageEncoding, _ profile: WeightProfile
    ) throws -> [BenchValue] {
        let times = try PictureTiming.measure(
            source, encoding, profile, pool: WorkPool(threadCount: threads), repetitions: options.repetitions)
        let isOwn = try FormatCatalogue.format(named: encoding.format).defaultEncoding == encoding
        let rule = isOwn ? "min-max" : encoding.rangeRule.kind.text(of: encoding.rangeRule)
        return [
            .text(encoding.format), .text(rule), .number(times.firstLook), .number(times.encode),
            .number(times.figures), .number(times.encode + times.figures),
        ]
    }
}

/// How long the pictures of one layer in one encoding take, in milliseconds.
struct PictureTiming {
    /// Encoding and examining a sample of the rows.
    let firstLook: Double
    /// Encoding all rows.
    let encode: Double
    /// Error figures and histogram from the codes.
    let figures: Double

    /// Bins of the histogram: a wide terminal's.
    private static let bins = 240

    static func measure(
        _ source: FloatMatrix, _ encoding: StorageEncoding, _ profile: WeightProfile, pool: WorkPool,
        repetitions: Int
    ) throws -> PictureTiming {
        let first = try Stopwatch.medianMilliseconds(repetitions) {
            _ = try WeightStatistics.firstLook(at: source, encoding: encoding, bins: bins, pool: pool)
        }
        var packed = try PackedMatrix.encode(source, encoding: encoding, pool: pool)
        let encode = Stopwatch.median(
            try (0..<repetitions).map { _ in
                try Stopwatch.milliseconds {
                    packed = try PackedMatrix.encode(source, encoding: encoding, pool: pool)
                }
            })
        let figures = Stopwatch.median(
            try (0..<repetitions).map { _ in
                try Stopwatch.milliseconds {
                    _ = try WeightStatistics.error(of: packed, against: source, profile: profile)
                    _ = try LayerPicture.make(source: source, packed: packed, bins: bins, profile: profile)
                }
            })
        return PictureTiming(firstLook: first, encode: encode, figures: figures)
    }
}
