import ArgumentParser
import NibbleCommandLine
import NibbleKernels
import NibbleQuantization

/// `nibble formats [NAME]`: the weight formats, or all about one of them.
struct FormatsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "formats", abstract: "List the weight formats, or say all about one.",
        discussion: """
            NAME may be a whole setting, such as "int4 group=32". Bits per weight are those of a 4096 x 4096 matrix. With \
            --activations the activation schemes are listed instead, with --markdown the table of Documentation/Formats.md.
            """)

    @Argument(help: ArgumentHelp("A format, or a setting that begins with one.", valueName: "name"))
    var name: [String] = []

    @Flag(help: "List the activation schemes.")
    var activations = false

    @Flag(help: "Print the table of all formats in Markdown.")
    var markdown = false

    @Flag(help: "Print JSON instead of text.")
    var json = false

    func validate() throws {
        if activations, !name.isEmpty {
            throw ValidationError("--activations lists the schemes of all formats: leave the name out.")
        }
        if markdown, activations || json || !name.isEmpty {
            throw ValidationError(
                "--markdown prints one table of all formats: leave names and other options out.")
        }
        try Arguments.usage { _ = try setting() }
    }

    func run() throws {
        if markdown { return StandardOutput.line(FormatTableDocument.markdown) }
        let settings = try setting().map { [$0] } ?? Self.all
        let sheets = try settings.map { try FormatSheet(encoding: $0.storage) }
        let report = FormatsReport(activations ? [] : sheets, settings, activations: name.isEmpty)
        if json { return StandardOutput.writeJSON(report) }
        if activations {
            StandardOutput.write(ActivationText(report.activations).text)
        } else if let sheet = sheets.first, let setting = settings.first, !name.isEmpty {
            StandardOutput.write(FormatCardText(sheet, setting).text)
        } else {
            StandardOutput.write(FormatListText(sheets).text)
        }
    }

    private static var all: [Setting] {
        (FormatCatalogue.all + FormatCatalogue.readOnly).map(Setting.standard)
    }

    /// The options that were asked for; nil for the list.
    private func setting() throws -> Setting? {
        let words = name.flatMap { $0.split(separator: " ") }
        guard let first = words.first else { return nil }
        let format = try FormatCatalogue.format(named: String(first), suggestingReadOnly: true)
        guard words.count > 1 else { return .standard(format) }
        return try Setting(parsing: words.joined(separator: " "))
    }
}
