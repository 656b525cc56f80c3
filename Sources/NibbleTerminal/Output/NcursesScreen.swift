import CNibbleTerminal

/// The terminal of this process, drawn through ncurses; one at a time, used from one thread only.
final class NcursesScreen: Screen {
    private(set) var size: Size
    private var encoder: CellEncoder
    private var shown: CellBuffer?
    /// What a person should know about how the terminal is used.
    let remarks: [String]

    /// Takes the terminal.
    ///
    /// - Throws: `TerminalError` when there is none that can be drawn on.
    init(environment: [String: String]) throws(TerminalError) {
        guard let name = environment["TERM"], !name.isEmpty else { throw .noTerminalName }
        let locale = LocaleChoice.take(environment)
        let used = try Self.start(name, wantsDirect: DirectColor.isWanted(environment))
        remarks = [locale.remark, used == name ? nil : TerminalNames.remark(wanted: name, used: used)]
            .compactMap { $0 }
        size = Size(80, 24)
        let depth = ColorDepth.choose(
            environment: environment, colors: Int(nibble_screen_colors()), isDirect: nibble_screen_is_direct()
        )
        encoder = CellEncoder(depth: depth, isUTF8: locale.isUTF8, capacity: Int(nibble_screen_pairs())) {
            nibble_screen_define_pair($0, $1, $2)
        }
        measure()
    }

    /// Starts with the terminal's own description, or a near one where terminfo has none; the name of that.
    private static func start(_ name: String, wantsDirect: Bool) throws(TerminalError) -> String {
        for candidate in [name] + TerminalNames.substitutes(for: name) {
            switch Int(nibble_screen_start(candidate, wantsDirect)) {
            case NIBBLE_SCREEN_STARTED: return candidate
            case NIBBLE_SCREEN_NOT_A_TERMINAL: throw .notATerminal
            case NIBBLE_SCREEN_UNKNOWN_TERM: continue
            case NIBBLE_SCREEN_NO_DATABASE: throw .noTerminalDatabase
            case NIBBLE_SCREEN_CANNOT_ADDRESS: throw .tooSimple(name)
            default: throw .startFailed(name)
            }
        }
        throw .unknownTerminal(name)
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
        let changed = ChangedRows.between(shown, buffer)
        for y in changed where y < size.height {
            let cells = encoder.encode(buffer.row(y).prefix(size.width), ground: buffer.ground)
            nibble_screen_put_row(Int32(y), cells, Int32(cells.count))
        }
        shown = buffer
        if !changed.isEmpty { send(TerminalModes.frameBegin) }
        let place = buffer.cursor ?? buffer.focus
        nibble_screen_flush(Int32(place?.x ?? -1), Int32(place?.y ?? -1), buffer.cursor != nil)
        if !changed.isEmpty { send(TerminalModes.frameEnd) }
    }

    /// Sends a sequence that ncurses doesn't know.
    func send(_ sequence: String) { nibble_screen_write(sequence, sequence.utf8.count) }

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
