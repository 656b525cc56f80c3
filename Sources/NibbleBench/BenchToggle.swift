import ArgumentParser
import NibbleCommandLine
import NibbleKernels
import NibbleStatistics
import NibbleTransformers

/// `nibble bench toggle MODEL`: how long a key that changes a layer's format takes.
struct BenchToggle: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "toggle",
        abstract: "New histogram and figures of a model's largest layer, format by format.")

    @Argument(help: "A folder in Hugging Face layout, or the name of a sample model.")
    var model = "tiny-tales"

    @OptionGroup var options: BenchOptions

    func run() throws { options.show([try measure()]) }

    func measure() throws -> BenchResult {
        let model = try options.output.open(model)
        guard let layer = model.layers.max(by: { $0.shape.elementCount < $1.shape.elementCount }) else {
            throw CommandError.noLayer(pattern: ".*", model: model)
        }
        let source = try model.source(of: layer.id)
        let profile = try WeightStatistics.profile(of: source)
        var result = BenchResult(
            "toggle", subject: "\(model.name), \(layer.id), \(layer.shape.rows) x \(layer.shape.columns)",
            columns: ["format", "first_look_ms", "exact_ms"])
        for format in try options.formats {
            let times = try PictureTiming.measure(
                source, format.defaultEncoding, profile, pool: .shared, repetitions: options.repetitions)
            result.rows.append([
                .text(format.name), .number(times.firstLook), .number(times.encode + times.figures),
            ])
        }
        return result
    }
}
