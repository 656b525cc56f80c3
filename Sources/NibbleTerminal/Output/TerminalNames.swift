/// Descriptions that stand in for terminals that terminfo doesn't know.
enum TerminalNames {
    /// Beginnings of the names of terminals that understand what xterm does.
    private static let likeXterm = [
        "xterm", "alacritty", "contour", "foot", "ghostty", "gnome", "iterm", "kitty", "konsole", "mintty",
        "mlterm",
        "ms-terminal", "nsterm", "putty", "rio", "rxvt", "st-", "terminator", "terminology", "vte", "warp",
        "wezterm",
        "zutty",
    ]

    /// The descriptions to try in place of one that is missing, the nearest first; none for a name that says nothing.
    static func substitutes(for name: String) -> [String] {
        let name = name.lowercased()
        if name.hasPrefix("screen") || name.hasPrefix("tmux") { return ["screen-256color", "screen"] }
        // Fewer colours than 256 were meant.
        if name.hasSuffix("-16color") || name.hasSuffix("-88color") { return ["xterm"] }
        guard name == "st" || likeXterm.contains(where: name.hasPrefix) else { return [] }
        return ["xterm-256color", "xterm"]
    }

    /// Says which description is used in place of another.
    static func remark(wanted: String, used: String) -> String {
        "This machine's terminfo has no entry \(TerminalError.safe(wanted)): \(used) is used instead."
    }
}
