import Foundation
import Testing

/// What many scenarios begin with.
extension ExplorerScenario {
    /// Opens a copy of the sample model in an empty home and waits until its layers are there.
    static func sample(
        in home: URL, width: Int = 100, height: Int = 30, environment: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> ExplorerScenario {
        let nibble = try ExplorerScenario(
            [try ScenarioModel.sample(in: home).path], home: home, width: width, height: height,
            environment: environment)
        try nibble.wait(for: "embed_tokens", sourceLocation: sourceLocation)
        return nibble
    }

    /// Chooses a weight format from the list, for the chosen or marked layers.
    func choose(format: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        press("f")
        try wait(for: "Weight format", sourceLocation: sourceLocation)
        type(format)
        press("enter")
        try wait(without: "Weight format", sourceLocation: sourceLocation)
    }

    /// Writes a text in place of what a dialog's field holds; a sentence may follow in the dialog.
    func replace(
        with text: String, titled title: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try wait(for: title, sourceLocation: sourceLocation)
        press("ctrl-u")
        type(text)
        press("enter")
    }
}
