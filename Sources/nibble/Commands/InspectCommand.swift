import ArgumentParser
import NibbleCommandLine
import NibbleTransformers

/// `nibble inspect MODEL`: what is in a model.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Say what is in a model, and whether it can run.")

    @OptionGroup var model: ModelArgument
    @OptionGroup var output: OutputOptions

    func run() throws {
        let report = InspectReport(try output.open(model.model))
        if output.json {
            StandardOutput.writeJSON(report)
        } else {
            StandardOutput.write(report.text)
        }
    }
}
