import CNibbleTerminal

/// The terminal of this process, drawn through ncurses; one at a time, used from one thread only.
final class NcursesScreen: Screen {
    private(set) var size: Size
    private var encoder: CellEncoder
    private var shown: CellBuffer?

    /// Takes the terminal.
    ///
    /// - Throws: `TerminalError` when there is none that can be drawn on.
    init(environment: [String: String]) throws(TerminalError) {
        guard let name = environment["TERM"], !name.isEmpty else { throw .noTerminalName }
        let isUTF8 = nibble_locale_is_utf8()
        let direct = Self.directName(name, environment)
        try Self.start(direct ?? name)
        size = Size(80, 24)
        let depth = ColorDepth.choose(
            environment: environment, colors: Int(nibble_screen_colors()), isDirect: direct != nil)
        encoder = CellEncoder(depth: depth, isUTF8: isUTF8, capacity: Int(nibble_screen_pairs())) {
            nibble_screen_define_pair($0, $1, $2)
        }
        measure()
    }

    private static func start(_ name: String) throws(TerminalError) {
        switch Int(nibble_screen_start(name)) {
        case NIBBLE_SCREEN_STARTED: return
        case NIBBLE_SCREEN_NOT_A_TERMINAL: throw .notATerminal
        case NIBBLE_SCREEN_UNKNOWN_TERM: throw .unknownTerminal(name)
        case NIBBLE_SCREEN_NO_DATABASE: throw .noTerminalDatabase
        case NIBBLE_SCREEN_CANNOT_ADDRESS: throw .tooSimple(name)
        default: throw .startFailed(name)
        }
    }

    /// The terminal's entry for direct colour, when the terminal says it has it and terminfo knows the entry.
    private static func directName(_ name: String, _ environment: [String: String]) -> String? {
        guard ["truecolor", "24bit"].contains(environment["COLORTERM"]?.lowercased()) else { return nil }
        if let noColor = environment["NO_COLOR"], !noColor.isEmpty { return nil }
        let family = name.hasSuffix("-256color") ? String(name.dropLast("-256color".count)) : name
        return [name, name + "-direct", family + "-direct"].first { nibble_term_has_direct_color($0) }
    }

    /// Asks the kernel for the size; true when it changed.
    @discardableResult
    func measure() -> Bool {
        var width: Int32 = 0
        var height: Int32 = 0
        guard nibble_screen_measure(&width, &height) else { return false }
        nibble_screen_resize(width, height)
        let measured = Size(Int(width), Int(height))
        guard measured != size else { return false }
        size = measured
        return true
    }

    func present(_ buffer: CellBuffer) {
        if encoder.isNearlyFull {
            nibble_screen_reset_pairs()
            encoder.forgetPairs()
            shown = nil
        }
        for y in ChangedRows.between(shown, buffer) where y < size.height {
            let cells = encoder.encode(buffer.row(y).prefix(size.width))
            nibble_screen_put_row(Int32(y), cells, Int32(cells.count))
        }
        shown = buffer
        let cursor = buffer.cursor
        nibble_screen_flush(Int32(cursor?.x ?? -1), Int32(cursor?.y ?? -1))
    }

    /// Sends everything again with the next frame.
    func invalidate() {
        shown = nil
        nibble_screen_invalidate()
    }

    /// Gives the terminal back while the process is stopped.
    func suspend() { nibble_screen_suspend() }

    /// Takes the terminal again.
    func resume() {
        nibble_screen_resume()
        invalidate()
    }

    /// Gives the terminal back for good.
    func close() { nibble_screen_stop() }
}

/// The rows of a frame that have to be sent.
enum ChangedRows {
    /// The rows in which `next` differs from `shown`; all of them when the sizes differ or nothing was shown.
    static func between(_ shown: CellBuffer?, _ next: CellBuffer) -> [Int] {
        guard let shown, shown.size == next.size else { return Array(0..<next.size.height) }
        return (0..<next.size.height).filter { shown.row($0) != next.row($0) }
    }
}
