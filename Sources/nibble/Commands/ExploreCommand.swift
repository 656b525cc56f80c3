import ArgumentParser
import NibbleExplorer

/// `nibble [MODEL]`: the screen.
struct ExploreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explore",
        abstract: "Open the explorer on a model, or the list of models to choose from.")

    @Argument(help: "A folder in Hugging Face layout, a weight file, or the name of a sample model.")
    var model: String?

    @Option(help: "Plan file to start with.")
    var plan: String?

    @Option(help: "Name of a theme, or a base16 file.")
    var theme: String?

    @Flag(inversion: .prefixedNo, help: "Whether the mouse is used; as it was left unless given.")
    var mouse: Bool?

    @Option(help: "Folder with Themes and SampleModels, looked into first.")
    var dataDir: String?

    func run() throws {
        let code = try ExplorerProgram.run(
            ExplorerOptions(
                modelPath: model, planPath: plan, theme: theme, mouse: mouse, dataDirectory: dataDir))
        throw ExitCode(code)
    }
}
