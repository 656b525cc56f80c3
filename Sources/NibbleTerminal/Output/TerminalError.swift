/// Why a terminal can't show nibble's screens.
public enum TerminalError: Error, Hashable, CustomStringConvertible {
    /// Input or output is a file or a pipe.
    case notATerminal
    /// `TERM` is not set.
    case noTerminalName
    /// terminfo has no entry for the name in `TERM`.
    case unknownTerminal(String)
    /// terminfo itself is missing.
    case noTerminalDatabase
    /// The terminal has no cursor addressing.
    case tooSimple(String)
    /// ncurses could not start.
    case startFailed(String)

    /// What is wrong and what to do.
    public var description: String {
        switch self {
        case .notATerminal:
            "The screens need a terminal, but input or output is a file or a pipe. "
                + "The commands inspect, stats and run work without one."
        case .noTerminalName:
            "The variable TERM is not set, so the terminal's kind is unknown. Set it, as in TERM=xterm-256color."
        case .unknownTerminal(let name):
            "The terminal “\(Self.safe(name))” (from TERM) is not in this machine's terminfo. "
                + "Set TERM=xterm-256color, or install its entry: most terminals bring their own, and "
                + "“infocmp -x \(Self.safe(name))” on a machine that has it writes what “tic -x -” reads."
        case .noTerminalDatabase:
            "This machine has no terminfo data. Install the package ncurses-base."
        case .tooSimple(let name):
            "The terminal “\(Self.safe(name))” can't place its cursor, so no screen can be drawn on it. "
                + "Use another terminal, or the commands inspect, stats and run."
        case .startFailed(let name):
            "ncurses could not start on the terminal “\(Self.safe(name))”. Check the variable TERM."
        }
    }

    static func safe(_ name: String) -> String {
        Glyph.glyphs(of: String(name.prefix(60))).map(\.text).joined()
    }
}
