import ArgumentParser

/// `nibble bench`: how fast nibble is on this machine, as figures, never as a test.
public struct BenchCommand: ParsableCommand {
    /// Its name and its subcommands.
    public static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure how fast nibble is on this machine.",
        discussion: "Use a release build, on a machine that does nothing else. Figures are medians.",
        subcommands: [
            BenchEncode.self, BenchToggle.self, BenchEdit.self, BenchOpen.self, BenchKernels.self,
            BenchRun.self,
            BenchScreen.self, BenchSynthesize.self, BenchModels.self, BenchPeer.self,
            BenchEncoders.self,
        ])

    /// The command without a subcommand, which shows the help.
    public init() {}
}
