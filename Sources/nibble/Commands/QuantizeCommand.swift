import ArgumentParser
import Foundation
import NibbleCheckpoints
import NibbleCommandLine
import NibbleKernels
import NibbleQuantization
import NibbleText
import NibbleTransformers

/// `nibble quantize MODEL --output FILE.gguf`: a model under a plan as a file.
struct QuantizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quantize", abstract: "Write a model under a plan as a GGUF file.",
        discussion: """
            Layers without a setting keep the type that they have. Matrices become byte by byte what llama-quantize --pure \
            makes of the same numbers.
            """)

    @OptionGroup var model: ModelArgument
    @OptionGroup var plan: PlanOptions

    @Option(help: ArgumentHelp("The file to write; its name ends with .gguf.", valueName: "file.gguf"))
    var output: String

    @Flag(help: "Replace the file if it is there already.")
    var force = false

    @Option(help: "Threads; as many as there are cores unless given.")
    var threads: Int?

    @OptionGroup var options: OutputOptions

    func validate() throws {
        try Arguments.check(threads: threads)
        guard output.lowercased().hasSuffix(".gguf") else {
            throw ValidationError("--output takes a name that ends with .gguf; \(output.printable) does not.")
        }
    }

    func run() throws {
        let model = try options.openWithRemarks(model.model)
        try checkOutput(model)
        let export = try GGUFExport(model, plan: try plan.resolve(for: model))
        let progress = ProgressLine("writing")
        let start = ContinuousClock.now
        try export.write(
            to: URL(fileURLWithPath: output), pool: threads.map { WorkPool(threadCount: $0) } ?? .shared,
            cancellation: Interruption.cancellation, progress: progress.show)
        progress.clear()
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let report = QuantizeReport(export, model: model, output: output, seconds: seconds)
        if options.json {
            StandardOutput.writeJSON(report)
        } else {
            StandardOutput.write(report.text)
        }
    }

    /// Refuses a file that is there already unless it may be replaced, and always one of the model's own.
    private func checkOutput(_ model: TransformerModel) throws {
        let place = URL(fileURLWithPath: output).resolvingSymlinksInPath().standardizedFileURL.path
        let isOwn = model.checkpoint.files.contains {
            URL(fileURLWithPath: $0.path).resolvingSymlinksInPath().standardizedFileURL.path == place
        }
        guard !isOwn else {
            throw CommandError(
                description: "\(output.printable) is the model itself: give --output another name.")
        }
        // A link counts as a file that is there, also one that leads nowhere: it would be written through.
        let isTaken = (try? FileManager.default.attributesOfItem(atPath: output)) != nil
        guard force || !isTaken else {
            throw CommandError(
                description:
                    "\(output.printable) is there already: give --force to replace it, or another name.")
        }
    }
}
