/// Something that happened to the terminal or that another thread announced.
public enum Event: Hashable, Sendable {
    /// A key was pressed.
    case key(KeyPress)
    /// Text was pasted; it may hold newlines and any control character.
    case paste(String)
    /// The mouse moved, clicked or scrolled.
    case mouse(MouseEvent)
    /// The terminal has another size.
    case resize(Size)
    /// Another thread posted to the mailbox: look at what is new.
    case wake
    /// The terminal window gained (true) or lost the keyboard.
    case focus(Bool)
    /// The process was asked to end (SIGTERM, SIGHUP, SIGINT): save now, the terminal closes after this event.
    case terminate
    /// Something about the terminal that a person should know: what is used in place of what is missing.
    case notice(String)

    /// A key given by its name (`ctrl-r`, `space`, `+`), for scripts and tests; nil for an unknown name.
    public static func key(named name: String) -> Event? { KeyPress(parsing: name).map(Event.key) }
}

/// What the mouse did, and in which cell.
public struct MouseEvent: Hashable, Sendable {
    /// A mouse button.
    public enum Button: Hashable, Sendable {
        /// The main button.
        case left
        /// The wheel as a button.
        case middle
        /// The menu button.
        case right
    }

    /// What happened.
    public enum Action: Hashable, Sendable {
        /// A button went down.
        case press(Button)
        /// The mouse moved with a button down.
        case drag(Button)
        /// A button came up.
        case release(Button)
        /// The wheel turned away from the user.
        case wheelUp
        /// The wheel turned towards the user.
        case wheelDown
    }

    /// What happened.
    public var action: Action
    /// The cell.
    public var point: Point
    /// Keys held meanwhile.
    public var modifiers: Modifiers

    /// A mouse event in a cell.
    public init(_ action: Action, at point: Point, modifiers: Modifiers = []) {
        self.action = action
        self.point = point
        self.modifiers = modifiers
    }
}
