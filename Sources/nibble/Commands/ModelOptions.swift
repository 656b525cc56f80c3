import ArgumentParser
import Foundation
import NibbleEvaluation
import NibbleTransformers

/// Where data lies and how results are printed; for every headless command.
struct OutputOptions: ParsableArguments {
    @Option(help: "Folder with Themes and SampleModels, looked into first.")
    var dataDir: String?

    @Flag(help: "Print JSON instead of text.")
    var json = false
}

/// The model that a command is about.
struct ModelArgument: ParsableArguments {
    @Argument(help: "A folder in Hugging Face layout, a weight file, or the name of a sample model.")
    var model: String
}

extension OutputOptions {
    /// Finds and opens the model that `name` means.
    func open(_ name: String) throws -> TransformerModel {
        Interruption.listen()
        let url = try ModelLocator.locate(name, folders: try DataFolders(dataDirectory: dataDir))
        EventLog().write("open \(url.path)")
        return try TransformerModel.open(url)
    }
}
