import Foundation
import NibblePseudoTerminal
import NibbleTestSupport
import Testing

/// A person at a terminal: starts nibble, presses keys, and reads the screen.
final class ExplorerScenario {
    /// What a person sees: the last whole frame.
    private(set) var screen: VirtualScreen
    /// The screen with what is known of the frame that is being sent.
    private var sent: VirtualScreen
    /// Every byte that nibble wrote.
    private(set) var written: [UInt8] = []
    private let process: TerminalProcess
    private var isClosed = false

    /// Guards against hanging only; no test depends on it.
    static let patience: TimeInterval = 60

    /// The folder that home, state, configuration and cache lie in.
    let home: URL

    init(
        _ arguments: [String], home: URL, width: Int = 100, height: Int = 30,
        environment: [String: String] = [:],
        executable: URL = NibbleCommand.executable
    ) throws {
        self.home = home
        let base = [
            "HOME": home.path, "XDG_STATE_HOME": home.appendingPathComponent("state").path,
            "XDG_CONFIG_HOME": home.appendingPathComponent("config").path,
            "XDG_CACHE_HOME": home.appendingPathComponent("cache").path,
            "HF_HOME": home.appendingPathComponent("hugging-face").path, "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "TERM": "xterm-256color", "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "",
        ]
        process = try TerminalProcess(
            executable, arguments: arguments, environment: base.merging(environment) { $1 }, folder: home,
            width: width, height: height)
        sent = VirtualScreen(width: width, height: height)
        screen = sent
    }

    /// Calls `body` with an empty home.
    static func withHome<Result>(_ body: (URL) throws -> Result) throws -> Result {
        try TemporaryFolder.with("scenario", body)
    }

    // MARK: Hands

    /// Presses keys: a character stands for itself, others are called `enter`, `esc`, `up`, `ctrl-r`.
    func press(_ keys: String...) {
        for key in keys {
            process.write(Self.bytes(of: key))
            if key == "esc" { lookForAnswer() }
        }
    }

    /// Takes in the answer to Esc before anything else is sent.
    ///
    /// A byte right behind it would make another key of both, as it does at a terminal. Where nothing is drawn a second is
    /// waited.
    private func lookForAnswer() {
        let before = written.count
        let start = Date()
        while !isClosed, Date().timeIntervalSince(start) < (written.count > before ? 0.15 : 1) {
            look(milliseconds: 20)
        }
    }

    /// Types a text.
    func type(_ text: String) { process.write(Array(text.utf8)) }

    /// Pastes a text, bracketed as terminals do.
    func paste(_ text: String) {
        var rest = Array("\u{1B}[200~\(text)\u{1B}[201~".utf8)[...]
        // As a terminal does: what nibble writes meanwhile is taken in, or both would wait for each other.
        while !rest.isEmpty, !isClosed {
            process.write(Array(rest.prefix(1024)))
            rest = rest.dropFirst(1024)
            look(milliseconds: 0)
        }
    }

    /// Clicks a place with the left button.
    func click(x: Int, y: Int) {
        process.write(Array("\u{1B}[<0;\(x + 1);\(y + 1)M\u{1B}[<0;\(x + 1);\(y + 1)m".utf8))
    }

    /// Turns the wheel at a place.
    func wheel(down: Bool, x: Int, y: Int) {
        process.write(Array("\u{1B}[<\(down ? 65 : 64);\(x + 1);\(y + 1)M".utf8))
    }

    /// Changes the window's size.
    func resize(width: Int, height: Int) {
        sent.resize(width: width, height: height)
        screen = sent
        process.resize(width: width, height: height)
    }

    /// Sends a signal.
    func send(_ signal: Int32) { process.send(signal) }

    /// Changes the terminal's size, but not that of the screen that is looked at.
    func resizeTerminalOnly(width: Int, height: Int) { process.resize(width: width, height: height) }

    /// Waits until nibble has nothing more to write.
    func settle() {
        var count = -1
        while count != written.count, !isClosed {
            count = written.count
            look(milliseconds: 300)
        }
    }

    /// Another program writes to the terminal, once nibble has nothing more to write.
    func scribble(_ text: String) {
        settle()
        sent.feed(Array("\u{1B}[H\(text)".utf8))
        screen = sent
    }

    /// Sets the terminal's modes as a shell does that comes to the front.
    func cook() { process.cook() }

    /// Closes the terminal's window.
    func hangUp() { process.hangUp() }

    private static func bytes(of key: String) -> [UInt8] {
        let named = [
            "enter": "\r", "esc": "\u{1B}", "tab": "\t", "space": " ", "backspace": "\u{7F}",
            "up": "\u{1B}OA",
            "down": "\u{1B}OB", "right": "\u{1B}OC", "left": "\u{1B}OD", "home": "\u{1B}OH",
            "end": "\u{1B}OF",
            "pgup": "\u{1B}[5~", "pgdn": "\u{1B}[6~", "shift-tab": "\u{1B}[Z",
        ]
        if key.hasPrefix("ctrl-"), let letter = key.utf8.last { return [letter & 0x1F] }
        return Array((named[key] ?? key).utf8)
    }

    // MARK: Eyes

    /// Waits until the screen shows a text.
    func wait(for text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        try wait("shows “\(text)”", sourceLocation: sourceLocation) { $0.text.contains(text) }
    }

    /// Waits until the screen no longer shows a text.
    func wait(without text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        try wait("no longer shows “\(text)”", sourceLocation: sourceLocation) { !$0.text.contains(text) }
    }

    /// Waits until something holds for the screen; gives up with the whole screen in the failure.
    func wait(
        _ what: String, sourceLocation: SourceLocation = #_sourceLocation,
        until isTrue: (VirtualScreen) -> Bool
    ) throws {
        let end = Date(timeIntervalSinceNow: Self.patience)
        while !isTrue(screen) {
            guard Date() < end, !isClosed else {
                Issue.record("The screen never \(what):\n\(screen.text)", sourceLocation: sourceLocation)
                throw GaveUp()
            }
            look()
        }
    }

    /// Takes in what nibble has written meanwhile.
    func look(milliseconds: Int32 = 20) {
        guard let bytes = process.read(milliseconds: milliseconds) else {
            isClosed = true
            return
        }
        written += bytes
        sent.feed(bytes)
        if !sent.modes.contains(2026) { screen = sent }
    }

    /// Waits until nibble has ended.
    func ending(sourceLocation: SourceLocation = #_sourceLocation) throws -> TerminalProcess.Ending {
        let end = Date(timeIntervalSinceNow: Self.patience)
        while Date() < end {
            look(milliseconds: 5)
            if let ending = process.currentEnding() {
                // What it wrote last may still lie in the terminal.
                while !isClosed, Date() < end { look(milliseconds: 5) }
                return ending
            }
        }
        Issue.record("nibble did not end:\n\(screen.text)", sourceLocation: sourceLocation)
        throw GaveUp()
    }

    /// Waits until nibble has ended, without reading what it writes.
    func endingUnread(sourceLocation: SourceLocation = #_sourceLocation) throws -> TerminalProcess.Ending {
        let end = Date(timeIntervalSinceNow: Self.patience)
        while Date() < end {
            if let ending = process.currentEnding() { return ending }
            usleep(5000)
        }
        Issue.record("nibble did not end.", sourceLocation: sourceLocation)
        throw GaveUp()
    }

    /// Whether keys are echoed and lines edited, as a shell wants to find its terminal.
    var isCooked: Bool { process.isCooked }

    /// The place of the terminal's cursor, shown or not.
    var cursor: (x: Int, y: Int) { (screen.x, screen.y) }

    /// Presses q and checks that nibble ends well and gives the terminal back as it was.
    func quit(sourceLocation: SourceLocation = #_sourceLocation) throws {
        press("q")
        let ending = try ending(sourceLocation: sourceLocation)
        #expect(ending == .exited(0), sourceLocation: sourceLocation)
        expectRestored(sourceLocation: sourceLocation)
        #expect(screen.unknown.isEmpty, "sequences that no terminal knows", sourceLocation: sourceLocation)
    }

    /// Checks that alternate screen, mouse and paste modes are left and the cursor is back.
    func expectRestored(sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(screen.modes.contains(25), "the cursor is hidden", sourceLocation: sourceLocation)
        for mode in [1049, 2004, 2026, 1000, 1002, 1003, 1006] {
            #expect(!screen.modes.contains(mode), "mode \(mode) is still on", sourceLocation: sourceLocation)
        }
    }

    /// The scenario cannot go on; the failure is recorded already.
    struct GaveUp: Error {}
}
