import NibbleQuantization
import NibbleTerminal

/// A dialog above the screen.
enum Overlay: Sendable {
    /// All keys that work here, from line `top` on.
    case help(top: Int)
    /// A list to choose from.
    case picker(Picker)
    /// A text to type.
    case entry(TextEntry)
    /// What the plan changes, from line `top` on.
    case planChanges(top: Int)
    /// What should be done, with the answers to choose from.
    case question(Question)
    /// The plan to load.
    case planLoader(PlanLoader)

    /// The first line in sight of a text to read.
    var top: Int {
        get {
            switch self {
            case .help(let top), .planChanges(let top): top
            case .picker, .entry, .question, .planLoader: 0
            }
        }
        set {
            switch self {
            case .help: self = .help(top: newValue)
            case .planChanges: self = .planChanges(top: newValue)
            case .picker, .entry, .question, .planLoader: break
            }
        }
    }
}
