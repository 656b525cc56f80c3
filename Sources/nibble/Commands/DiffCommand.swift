import ArgumentParser
import Foundation
import NibbleCommandLine
import NibbleKernels
import NibbleQuantization
import NibbleTransformers

/// `nibble diff PLAN PLAN`: what changes from one plan to the other.
struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Compare two plans, rule by rule or, with a model, layer by layer.")

    @Argument(help: "The plan before.")
    var before: String

    @Argument(help: "The plan after.")
    var after: String

    @Option(help: "A model whose layers are compared.")
    var model: String?

    @OptionGroup var output: OutputOptions

    func run() throws {
        let (first, second) = (try Self.load(before), try Self.load(after))
        let model = try model.map { try output.open($0) }
        let report = try DiffReport(from: first, to: second, model: model)
        if output.json {
            StandardOutput.writeJSON(report)
        } else {
            StandardOutput.write(report.text)
        }
    }

    private static func load(_ path: String) throws -> Plan { try Plan.load(URL(fileURLWithPath: path)) }
}
