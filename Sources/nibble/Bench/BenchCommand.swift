import ArgumentParser

/// `nibble bench`: how fast it is here.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure how fast nibble is on this machine.",
        subcommands: [])
}
