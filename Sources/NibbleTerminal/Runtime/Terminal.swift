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
    /// SIGTERM, SIGHUP, SIGINT and the end of input become `Event.terminate`, after which the process ends by that
    /// signal. Ctrl-Z suspends, Ctrl-L draws everything anew.
    ///
    /// - Parameters:
    ///   - waker: What other threads wake the application with; share it with the mailboxes.
    ///   - environment: The variables that decide about the terminal: TERM, COLORTERM, NO_COLOR.
    /// - Throws: `TerminalError` when there is no terminal that can be drawn on.
    public static func run(
        _ application: inout some TerminalApplication, waker: Waker, environment: [String: String]
    ) throws(TerminalError) {
        nibble_signals_guard()
        let screen: NcursesScreen
        do { screen = try NcursesScreen(environment: environment) } catch {
            nibble_signals_remove()
            throw error
        }
        let session = TerminalSession(screen: screen, waker: waker, environment: environment)
        session.begin()
        let signal = session.loop(&application)
        session.end()
        if signal != 0 { nibble_signals_die(signal) }
    }
}

/// One run of an application on a terminal.
private final class TerminalSession {
    private let screen: NcursesScreen
    private let waker: Waker
    private var decoder: InputDecoder
    private var hasMouse = false
    private var clock = FrameClock()
    private var patience: InputPatience
    private var hasInputEnded = false

    init(screen: NcursesScreen, waker: Waker, environment: [String: String]) {
        self.screen = screen
        self.waker = waker
        patience = InputPatience(environment: environment)
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
        screen.send(TerminalModes.begin)
    }

    func end() {
        screen.send(TerminalModes.end)
        screen.close()
        nibble_signals_remove()
    }

    /// Runs until the application or a signal ends it; the signal's number, or 0.
    func loop(_ application: inout some TerminalApplication) -> Int32 {
        if !screen.remarks.isEmpty, !application.handle(.notice(screen.remarks.joined(separator: " "))) {
            return 0
        }
        setMouse(application.wantsMouse)
        screen.present(application.render(size: screen.size))
        while true {
            let (events, isUrgent) = wait()
            for event in events where !application.handle(event) { return 0 }
            // When input ends, the terminal is gone: the process ends as a hang-up would end it.
            let signal = hasInputEnded ? SIGHUP : nibble_signals_termination()
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
        screen.send(wanted ? TerminalModes.mouseOn : TerminalModes.mouseOff)
    }

    /// Sleeps until something happens; the events, and whether they have to be drawn at once.
    private func wait() -> (events: [Event], isUrgent: Bool) {
        var files = [
            pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
            pollfd(fd: waker.readEnd, events: Int16(POLLIN), revents: 0),
        ]
        let timeout = [patience.milliseconds(), clock.millisecondsToFrame].compactMap { $0 }.min() ?? -1
        _ = poll(&files, 2, Int32(clamping: timeout))
        var events = takeInput(isReady: files[0].revents != 0)
        let mayWake = waker.drain()
        if nibble_signals_take_suspend() { stop() }
        if nibble_signals_take_continue() { takeAgain() }
        events = events.filter { !answer($0) }
        if nibble_signals_take_resize(), screen.measure() { events.append(.resize(screen.size)) }
        let isUrgent = !events.isEmpty || clock.mustRepaint
        if mayWake { events.append(.wake) }
        return (events, isUrgent)
    }

    /// Answers the keys that mean the same whatever is shown; false leaves an event to the application.
    private func answer(_ event: Event) -> Bool {
        switch event {
        case .key(KeyPress(.character("z"), .control)): stop()
        case .key(KeyPress(.character("l"), .control)): repaint()
        default: return false
        }
        return true
    }

    /// What came from the keyboard, and what has waited for its end too long.
    private func takeInput(isReady: Bool) -> [Event] {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = isReady ? read(STDIN_FILENO, &bytes, bytes.count) : 0
        if isReady, count == 0 || count < 0 && errno != EAGAIN && errno != EINTR { hasInputEnded = true }
        var events = decoder.feed(bytes.prefix(max(0, count)))
        if patience.isOver(waitingFor: decoder.waiting, bytes: max(0, count)) {
            events += decoder.flush()
            _ = patience.isOver(waitingFor: decoder.waiting, bytes: 0)
        }
        return events
    }

    /// Takes the terminal again after the process was stopped without being asked (SIGSTOP): the shell, or whoever
    /// was in front meanwhile, has set other modes and written over the screen.
    private func takeAgain() {
        screen.suspend()
        resume()
    }

    /// Draws everything anew: another program may have written over it.
    private func repaint() {
        screen.invalidate()
        clock.mustRepaint = true
    }

    /// Stops the process as the shell expects, and repaints when it goes on.
    private func stop() {
        screen.send(TerminalModes.end)
        screen.suspend()
        nibble_signals_stop_process()
        resume()
    }

    private func resume() {
        screen.resume()
        screen.send(TerminalModes.begin)
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
