/// The modes of a terminal that ncurses doesn't know.
enum TerminalModes {
    /// Bracketed paste.
    static let begin = "\u{1B}[?2004h"
    /// All modes off.
    static let end = frameEnd + mouseOff + "\u{1B}[?2004l"
    /// Clicks, the wheel and movement with a button down, in the form without limits.
    static let mouseOn = "\u{1B}[?1002h\u{1B}[?1006h"
    /// No mouse.
    static let mouseOff = "\u{1B}[?1006l\u{1B}[?1002l"
    /// What follows is shown at once with ``frameEnd``, so that nobody sees half a frame.
    ///
    /// Synchronized output, mode 2026 as Contour specifies it; terminals without it pass over the mode.
    static let frameBegin = "\u{1B}[?2026h"
    /// The frame is whole.
    static let frameEnd = "\u{1B}[?2026l"
}
