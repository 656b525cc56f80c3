import ArgumentParser
import Foundation
import NibbleHome
import NibbleTransformers

/// Where data lies and how results are printed; for every headless command.
public struct OutputOptions: ParsableArguments {
    /// The folder that the user names; nil for none.
    @Option(help: "Folder with Themes and SampleModels, looked into first.")
    public var dataDir: String?

    /// Whether results are printed as JSON.
    @Flag(help: "Print JSON instead of text.")
    public var json = false

    /// No folder, and text.
    public init() {}
}

/// The model that a command is about.
public struct ModelArgument: ParsableArguments {
    /// A path, or a name that is looked up.
    @Argument(help: "A folder in Hugging Face layout, a weight file, or the name of a sample model.")
    public var model: String

    /// A model that the parser fills in.
    public init() {}
}

extension OutputOptions {
    /// Finds and opens the model that `name` means.
    public func open(_ name: String) throws -> TransformerModel {
        Interruption.listen()
        let url = try ModelLocator.locate(name, folders: try DataFolders(dataDirectory: dataDir))
        EventLog().write("open \(url.path)")
        return try TransformerModel.open(url)
    }

    /// Finds and opens the model that `name` means, and writes to standard error what a person should know of its files: the
    /// figures that follow may be wrong.
    public func openWithRemarks(_ name: String) throws -> TransformerModel {
        let model = try open(name)
        for remark in model.remarks { StandardError.write("nibble: \(remark)") }
        return model
    }
}
