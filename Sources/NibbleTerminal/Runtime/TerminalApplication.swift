/// A program that lives on a screen: events go in, cell buffers come out.
///
/// Everything happens on the thread that runs the terminal; other threads post to a `Mailbox`, which arrives as
/// `Event.wake`.
public protocol TerminalApplication {
    /// Acts on an event; false ends the program.
    mutating func handle(_ event: Event) -> Bool
    /// What the screen shows now.
    mutating func render(size: Size) -> CellBuffer
    /// Whether clicks and the wheel are wanted; read after each event, so it can be a setting.
    var wantsMouse: Bool { get }
}

extension TerminalApplication {
    /// The mouse is on unless an application says otherwise.
    public var wantsMouse: Bool { true }
}

extension HeadlessScreen {
    /// Feeds events to an application and presents after each, as a terminal would.
    ///
    /// - Returns: False when the application ended before the last event.
    public func run(_ application: inout some TerminalApplication, events: [Event]) -> Bool {
        present(application.render(size: size))
        for event in events {
            if case .resize(let size) = event { self.size = size }
            guard application.handle(event) else { return false }
            present(application.render(size: size))
        }
        return true
    }
}
