import CNibbleTerminal

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Runs an application on the terminal of this process.
///
/// One thread owns ncurses and sleeps in `poll` until a key, a signal or a message from another thread comes.
/// Keys are drawn at once, messages at most 120 times a second. Whatever ends the process, the terminal is given
/// back as it was.
public enum Terminal {
    /// Runs until the application ends.
    ///
    /// SIGTERM, SIGHUP and SIGINT become `Event.terminate`, after which the process ends by that signal. Ctrl-Z
    /// suspends.
    ///
    /// - Parameters:
    ///   - waker: What other threads wake the application with; share it with the mailboxes.
    ///   - environment: The variables that decide about the terminal: TERM, COLORTERM, NO_COLOR.
    /// - Throws: `TerminalError` when there is no terminal that can be drawn on.
    public static func run(
        _ application: inout some TerminalApplication, waker: Waker, environment: [String: String]
    ) throws(TerminalError) {
        let screen = try NcursesScreen(environment: environment)
        let session = TerminalSession(screen: screen, waker: waker)
        session.begin()
        let signal = session.loop(&application)
        session.end()
        if signal != 0 { nibble_signals_die(signal) }
    }

    /// Takes the locale of the environment; true when its text is UTF-8, false when ASCII stand-ins are drawn.
    public static func isLocaleUTF8() -> Bool { nibble_locale_is_utf8() }
}

/// The modes of a terminal that ncurses doesn't know.
enum TerminalModes {
    /// Bracketed paste.
    static let begin = "\u{1B}[?2004h"
    /// All modes off.
    static let end = mouseOff + "\u{1B}[?2004l"
    /// Clicks, the wheel and movement with a button down, in the form without limits.
    static let mouseOn = "\u{1B}[?1002h\u{1B}[?1006h"
    /// No mouse.
    static let mouseOff = "\u{1B}[?1006l\u{1B}[?1002l"
}

/// One run of an application on a terminal.
private final class TerminalSession {
    private let screen: NcursesScreen
    private let waker: Waker
    private var decoder: InputDecoder
    private var hasMouse = false
    private var clock = FrameClock()
    private var waitingSince: ContinuousClock.Instant?

    init(screen: NcursesScreen, waker: Waker) {
        self.screen = screen
        self.waker = waker
        decoder = InputDecoder(terminfoKeys: TerminalDescription.keys())
    }

    func begin() {
        var restore = Array(TerminalModes.end.utf8)
        for capability in ["rmkx", "sgr0", "op", "cnorm", "rmcup"] {
            restore += TerminalDescription.string(capability)
        }
        restore += Array("\r".utf8)
        restore.withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                nibble_signals_install(waker.writeEnd, $0.baseAddress, bytes.count)
            }
        }
        send(TerminalModes.begin)
    }

    func end() {
        send(TerminalModes.end)
        screen.close()
        nibble_signals_remove()
    }

    private func send(_ sequence: String) { nibble_screen_write(sequence, sequence.utf8.count) }

    /// Runs until the application or a signal ends it; the signal's number, or 0.
    func loop(_ application: inout some TerminalApplication) -> Int32 {
        setMouse(application.wantsMouse)
        screen.present(application.render(size: screen.size))
        while true {
            let (events, isUrgent) = wait()
            for event in events where !application.handle(event) { return 0 }
            let signal = nibble_signals_termination()
            if signal != 0 {
                _ = application.handle(.terminate)
                return signal
            }
            setMouse(application.wantsMouse)
            guard clock.isDue(urgent: isUrgent, changed: !events.isEmpty) else { continue }
            screen.present(application.render(size: screen.size))
            clock.drawn()
        }
    }

    private func setMouse(_ wanted: Bool) {
        guard wanted != hasMouse else { return }
        hasMouse = wanted
        send(wanted ? TerminalModes.mouseOn : TerminalModes.mouseOff)
    }

    /// Sleeps until something happens; the events, and whether they have to be drawn at once.
    private func wait() -> (events: [Event], isUrgent: Bool) {
        var files = [
            pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
            pollfd(fd: waker.readEnd, events: Int16(POLLIN), revents: 0),
        ]
        let timeout = decoder.isWaiting ? Self.escapeDelay : clock.millisecondsToFrame ?? -1
        _ = poll(&files, 2, Int32(timeout))
        var events: [Event] = []
        if files[0].revents != 0 {
            events += readInput(hungUp: files[0].revents & Int16(POLLIN) == 0)
        }
        events += flushEscape()
        let mayWake = waker.drain()
        if nibble_signals_take_suspend() { stop() }
        events = events.filter { event in
            guard event == .key(KeyPress(.character("z"), .control)) else { return true }
            stop()
            return false
        }
        if nibble_signals_take_resize(), screen.measure() { events.append(.resize(screen.size)) }
        let isUrgent = !events.isEmpty || clock.mustRepaint
        if mayWake { events.append(.wake) }
        return (events, isUrgent)
    }

    /// How long the rest of a key's bytes may take, in milliseconds, before an Escape counts as the key.
    private static let escapeDelay = 25

    private func flushEscape() -> [Event] {
        guard decoder.isWaiting else {
            waitingSince = nil
            return []
        }
        let since = waitingSince ?? ContinuousClock.now
        waitingSince = since
        guard ContinuousClock.now - since >= .milliseconds(Self.escapeDelay) else { return [] }
        waitingSince = nil
        return decoder.flush()
    }

    private func readInput(hungUp: Bool) -> [Event] {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(STDIN_FILENO, &bytes, bytes.count)
        if count > 0 { return decoder.feed(bytes.prefix(count)) }
        // The terminal is gone: end as a hang-up does.
        if count == 0 || hungUp || (errno != EAGAIN && errno != EINTR) { raise(SIGHUP) }
        return []
    }

    /// Stops the process as the shell expects, and repaints when it goes on.
    private func stop() {
        send(TerminalModes.end)
        screen.suspend()
        nibble_signals_stop_process()
        screen.resume()
        send(TerminalModes.begin)
        hasMouse = false
        screen.measure()
        clock.mustRepaint = true
    }
}

/// When the next frame may be drawn.
struct FrameClock {
    /// The shortest time between frames that nobody pressed a key for: 120 a second.
    static let shortestFrame = Duration.microseconds(8333)
    private var last: ContinuousClock.Instant?
    private var isPending = false
    /// True when the screen has to be drawn whatever happened.
    var mustRepaint = false

    /// Milliseconds until a frame that waits may be drawn, or nil when none waits.
    var millisecondsToFrame: Int? {
        guard isPending, let last else { return nil }
        let left = last + Self.shortestFrame - ContinuousClock.now
        return left <= .zero ? 0 : Int((left / .milliseconds(1)).rounded(.up))
    }

    /// Whether to draw now.
    mutating func isDue(urgent: Bool, changed: Bool) -> Bool {
        isPending = isPending || changed
        if urgent || mustRepaint { return true }
        return isPending && (last.map { ContinuousClock.now - $0 >= Self.shortestFrame } ?? true)
    }

    /// Notes that a frame was drawn.
    mutating func drawn() {
        last = ContinuousClock.now
        isPending = false
        mustRepaint = false
    }
}

/// Strings of the terminal's description.
enum TerminalDescription {
    /// A capability's string without padding; empty when absent.
    static func string(_ capability: String) -> [UInt8] {
        var buffer = [CChar](repeating: 0, count: 128)
        let count = nibble_term_string(capability, &buffer, buffer.count)
        return buffer.prefix(count).map { UInt8(bitPattern: $0) }
    }

    /// The key strings that the description gives.
    static func keys() -> [[UInt8]: KeyPress] {
        let capabilities: [(String, KeyPress)] =
            [
                ("kcuu1", KeyPress(.up)), ("kcud1", KeyPress(.down)), ("kcub1", KeyPress(.left)),
                ("kcuf1", KeyPress(.right)), ("khome", KeyPress(.home)), ("kend", KeyPress(.end)),
                ("kpp", KeyPress(.pageUp)), ("knp", KeyPress(.pageDown)), ("kich1", KeyPress(.insert)),
                ("kdch1", KeyPress(.delete)), ("kcbt", KeyPress(.tab, .shift)),
            ] + (1...12).map { ("kf\($0)", KeyPress(.function($0))) }
        var keys: [[UInt8]: KeyPress] = [:]
        for (capability, key) in capabilities {
            let bytes = string(capability)
            if !bytes.isEmpty { keys[bytes] = key }
        }
        return keys
    }
}
