/// Whether colours may be sent as red, green and blue.
enum DirectColor {
    /// True where COLORTERM says so, unless what stands between is known to garble it.
    ///
    /// COLORTERM is inherited by programs inside: GNU screen before version 5 takes `38;2` apart, and the Linux console
    /// has 16 colours. tmux calls itself screen too, and translates.
    static func isWanted(_ environment: [String: String]) -> Bool {
        guard ["truecolor", "24bit"].contains(environment["COLORTERM"]?.lowercased()) else { return false }
        if let noColor = environment["NO_COLOR"], !noColor.isEmpty { return false }
        let name = environment["TERM"] ?? ""
        if name.hasPrefix("linux") { return false }
        return !name.hasPrefix("screen") || environment["TMUX"] != nil
    }
}
