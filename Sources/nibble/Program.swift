import ArgumentParser
import Foundation
import NibbleBench
import NibbleCommandLine
import NibbleHome
import NibbleText

/// The program's commands; without one, the explorer.
struct Nibble: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nibble",
        abstract: "Look into a transformer, change formats layer by layer, and run both side by side.",
        discussion: """
            MODEL is a folder in Hugging Face layout, a weight file, the name of a sample model, or \
            ORGANIZATION/NAME in the Hugging Face cache. Without a command the explorer opens.
            """,
        version: "0.1.0",
        subcommands: [
            ExploreCommand.self, InspectCommand.self, StatsCommand.self, RunCommand.self, DiffCommand.self,
            PerplexityCommand.self, EvalCommand.self, QuantizeCommand.self, FormatsCommand.self,
            BenchCommand.self,
        ],
        defaultSubcommand: ExploreCommand.self)
}

/// Parses the arguments, runs the command, and turns whatever goes wrong into a sentence and an exit code: 0 done,
/// 1 failed, 64 wrong arguments.
@main
enum Program {
    static func main() {
        // A file that grows beyond a limit is an error to be told, not a signal to die of.
        signal(SIGXFSZ, SIG_IGN)
        do {
            var command = try Nibble.parseAsRoot(SystemPath.arguments)
            try command.run()
            Interruption.endIfInterrupted()
        } catch {
            Interruption.endIfInterrupted()
            end(with: error)
        }
    }

    private static func end(with error: any Error) -> Never {
        let code = Nibble.exitCode(for: error)
        if code == .success || error is ExitCode { Nibble.exit(withError: error) }
        let isUsage = code == .validationFailure
        let sentence = isUsage ? Nibble.message(for: error) : sentence(for: error)
        if CommandLine.arguments.contains("--json") {
            StandardOutput.writeJSON(ErrorReport(error: sentence))
        }
        StandardError.write(isUsage ? Nibble.fullMessage(for: error) : "nibble: \(sentence)")
        EventLog().write("failed: \(sentence)")
        exit(code.rawValue)
    }

    /// The error's own sentence.
    private static func sentence(for error: any Error) -> String {
        let isFoundations = type(of: error) == NSError.self || error is CocoaError
        return isFoundations ? error.localizedDescription : "\(error)"
    }
}

/// What `--json` prints when a command fails.
struct ErrorReport: Encodable {
    let schema = "nibble.error/1"
    let error: String
}
