import ArgumentParser
import NibbleCommandLine
import NibbleKernels
import NibbleQuantization
import NibbleStatistics
import NibbleTransformers

/// `nibble stats MODEL`: figures of layers as stored and in other formats.
struct StatsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats", abstract: "Measure layers, and what formats do to them.",
        discussion: """
            SETTING is FORMAT [tensor|channel|group=N] [range=min-max|percentile:P|mse|clip:F|point:N] \
            [rounding=...] [activation=...] [accumulator=BITS[-wrap|-saturate]], such as "int4 group=32 range=mse".
            """)

    @OptionGroup var model: ModelArgument

    @Option(help: "Name of a layer, or a regular expression for whole names.")
    var layer = ".*"

    @Option(
        help: ArgumentHelp("A format with its options; may be given several times.", valueName: "setting"))
    var format: [String] = []

    @Option(help: "Threads; as many as there are cores unless given.")
    var threads: Int?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        try Arguments.check(threads: threads)
        try Arguments.usage { _ = try PlanRule(pattern: layer, setting: nil) }
        for text in format { try Arguments.usage { _ = try Setting.parse(text) } }
    }

    func run() throws {
        let model = try output.openWithRemarks(model.model)
        let settings = try format.isEmpty ? [nil] : format.map { try Setting.parse($0) }
        let layers = try Arguments.layers(matching: layer, in: model)
        let pool = threads.map { WorkPool(threadCount: $0) } ?? .shared
        var reports: [StatsReport.Layer] = []
        for layer in layers {
            let report = try Self.measure(layer, of: model, settings: settings, pool: pool)
            try model.checkpoint.checkUnchanged()
            if output.json {
                reports.append(report)
            } else {
                StandardOutput.write((layer.id == layers[0].id ? "" : "\n") + report.text)
            }
        }
        if output.json { StandardOutput.writeJSON(StatsReport(model: model.name, layers: reports)) }
    }

    private static func measure(
        _ layer: LinearLayer, of model: TransformerModel, settings: [Setting?], pool: WorkPool
    ) throws -> StatsReport.Layer {
        let source = try model.source(of: layer.id)
        let cancellation = Interruption.cancellation
        let profile = try WeightStatistics.profile(of: source, cancellation: cancellation)
        let encodings = try settings.compactMap(\.self).map { setting in
            let packed = try PackedMatrix.encode(
                source, encoding: setting.storage, pool: pool, cancellation: cancellation)
            let error = try WeightStatistics.error(
                of: packed, against: source, profile: profile, cancellation: cancellation)
            return StatsReport.Encoding(setting: setting, error: error, byteCount: packed.layout.byteCount)
        }
        return StatsReport.Layer(layer: layer, summary: profile.summary, encodings: encodings)
    }
}
