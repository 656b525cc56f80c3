import Foundation
import NibbleTerminal

/// Joins state, update, effects and view to the terminal's loop.
struct ExplorerApplication: TerminalApplication {
    private(set) var state: ApplicationState
    private let mailbox: Mailbox<ApplicationEvent>
    private let perform: @Sendable (Effect) -> Void
    private let record: (String) -> Void

    /// - Parameters:
    ///   - model: The model to open; nil looks for those that could be opened.
    ///   - record: Writes a line to the log.
    ///   - perform: Starts the work of an effect and returns at once.
    init(
        state: ApplicationState, mailbox: Mailbox<ApplicationEvent>, model: URL?,
        record: @escaping (String) -> Void, perform: @escaping @Sendable (Effect) -> Void
    ) {
        self.state = state
        self.mailbox = mailbox
        self.record = record
        self.perform = perform
        self.state.begin(with: model).forEach(perform)
    }

    var wantsMouse: Bool { state.isMouseEnabled }

    mutating func handle(_ event: Event) -> Bool {
        if event == .wake {
            for message in mailbox.takeAll() { apply(message) }
        } else {
            if case .notice(let text) = event { record(text) }
            apply(.terminal(event))
        }
        return !state.isFinished
    }

    mutating func render(size: Size) -> CellBuffer {
        if state.size != size { apply(.terminal(.resize(size))) }
        return FrameView(state: state).render()
    }

    private mutating func apply(_ event: ApplicationEvent) {
        state.update(event).forEach(perform)
    }
}
