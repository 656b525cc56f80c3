import Foundation
import NibbleTerminal

/// Everything that the screen shows is a function of this value and the terminal's size.
struct ApplicationState: Sendable {
    /// The terminal's size.
    var size: Size
    /// The colours in use.
    var theme: Theme
    /// The themes to choose from, by name.
    var themes: [Theme]
    /// What fills the terminal.
    var screen: any Screen = ModelsScreen()
    /// A dialog above the screen; it takes all keys.
    var overlay: Overlay?
    /// The models that can be opened.
    var chooser = Chooser()
    /// The open model and everything about it.
    var workspace: Workspace?
    /// One line for the user, shown until the next key.
    var notice: Notice?
    /// Whether mouse events are wanted.
    var isMouseEnabled: Bool
    /// A model that is being opened.
    var opening: URL?
    /// The jobs under way.
    var jobs = JobList()
    /// What the event being answered asks for; ``update(_:)`` hands it out.
    var effects: [Effect] = []
    /// Why plan and prompts can't be kept for the next start; nil if they can.
    var keepingProblem: String?
    /// Small things as they are kept.
    var preferences: Preferences
    /// Set when the program should end once everything is written.
    var isQuitting = false
    /// Set when the program should end.
    var isFinished = false

    /// Starts with the list of models, which is still being read.
    init(theme: Theme, themes: [Theme], isMouseEnabled: Bool, size: Size = Size(80, 24)) {
        self.size = size
        preferences = Preferences(theme: theme.name, isMouseEnabled: isMouseEnabled)
        self.theme = theme
        self.themes = themes
        self.isMouseEnabled = isMouseEnabled
    }

    /// The index of the screen's tab; nil where it has none.
    var selectedTab: Int? {
        guard let key = screen.tab?.key, workspace != nil else { return nil }
        return ScreenCatalogue.tabs.firstIndex { $0.tab.key == key }
    }
}

/// One line for the user.
struct Notice: Hashable, Sendable {
    /// What kind of news it is.
    enum Kind: Sendable {
        /// Done as asked.
        case information
        /// Cannot be done, and why.
        case refusal
        /// Something failed.
        case failure
    }

    var kind: Kind
    var text: String
}
