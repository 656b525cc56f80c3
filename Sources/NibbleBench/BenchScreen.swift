import ArgumentParser
import Foundation
import NibbleCommandLine
import NibbleHome
import NibbleTransformers

/// `nibble bench screen MODEL`: how soon the explorer draws, and what it costs when nothing happens.
struct BenchScreen: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "screen",
        abstract: "First paint, key to screen, and processor time when idle, in a pseudo-terminal.")

    @Argument(help: "A folder in Hugging Face layout, or the name of a sample model.")
    var model = "tiny-tales"

    @Option(help: "Keys pressed for each figure.")
    var keys = 50

    @OptionGroup var options: BenchOptions

    func validate() throws {
        guard (2...10_000).contains(keys) else { throw ValidationError("--keys takes 2 to 10000.") }
    }

    func run() throws {
        Interruption.listen()
        let url = try ModelLocator.locate(
            model, folders: try DataFolders(dataDirectory: options.output.dataDir))
        options.show([try measure(url)])
    }

    func measure(_ url: URL) throws -> BenchResult {
        let readsImages = try TransformerModel.open(url).description?.input is PatchInput
        var result = BenchResult(
            "screen", subject: "\(url.lastPathComponent), 160 x 45",
            columns: [
                "first_paint_ms", "layers_ms", "key_ms", "key_worst_ms", "key_generating_ms",
                "key_generating_worst_ms", "idle_cpu_percent", "rss_anon_mb",
            ] + (readsImages ? ["picture_ms"] : []))
        // Plans and prompts kept from other runs must not decide what is measured.
        try ScratchFolder.with(in: nil) { state in
            setenv("XDG_STATE_HOME", state.path, 1)
            let paints = try (0..<options.repetitions).map { _ in try firstPaint(url) }
            let child = try start(url)
            try child.settle(3000)
            let idle = try idlePercent(child)
            let quiet = try keyTimes(child, isGenerating: false)
            let busy = try keyTimes(child, isGenerating: true)
            let memory = ResidentMemory.anonymousMegabytes(of: "\(child.process)")
            let pictures =
                readsImages ? try (0..<options.repetitions).map { _ in try firstPicture(url) } : []
            result.rows.append(
                ([
                    Stopwatch.median(paints.map(\.first)), Stopwatch.median(paints.map(\.layers)),
                    Stopwatch.median(quiet), quiet.max() ?? 0, Stopwatch.median(busy), busy.max() ?? 0, idle,
                    memory,
                ] + (readsImages ? [Stopwatch.median(pictures)] : [])).map { .number($0) })
        }
        return result
    }

    private func start(_ url: URL) throws -> TerminalChild {
        let data = options.output.dataDir.map { ["--data-dir", $0] } ?? []
        return try TerminalChild(["explore", url.path] + data)
    }

    /// Milliseconds until the model's name and until its first layer are on the screen.
    private func firstPaint(_ url: URL) throws -> (first: Double, layers: Double) {
        let child = try start(url)
        guard let first = try child.wait(for: "nibble", timeout: 20_000),
            let layers = try child.wait(for: "proj", timeout: 20_000)
        else { throw CommandError(description: "The explorer draws nothing within 20 seconds.") }
        return (first, layers)
    }

    /// Milliseconds from the start until an image is on the Compare screen, which is opened as soon as there are layers.
    private func firstPicture(_ url: URL) throws -> Double {
        let child = try start(url)
        guard try child.wait(for: "proj", timeout: 20_000) != nil else {
            throw CommandError(description: "The explorer draws nothing within 20 seconds.")
        }
        child.type("2")
        guard let time = try child.wait(for: "▀", timeout: 20_000) else {
            throw CommandError(
                description:
                    "No image is drawn within 20 seconds: the model needs a folder examples beside its weights."
            )
        }
        return time
    }

    private func idlePercent(_ child: TerminalChild) throws -> Double {
        let (before, start) = (child.processorSeconds, child.milliseconds)
        try child.settle(3000)
        return (child.processorSeconds - before) / (child.milliseconds - start) * 1e5
    }

    /// Moves the cursor down and up again; while text is generated, the prompt is run again now and then.
    private func keyTimes(_ child: TerminalChild, isGenerating: Bool) throws -> [Double] {
        try (0..<keys).compactMap { index in
            if isGenerating, index % 10 == 0 {
                _ = child.press("\r")
                try child.settle(60)
            }
            let time = child.press(index % 2 == 0 ? "j" : "k")
            try child.settle(isGenerating ? 15 : 80)
            return time
        }
    }
}
