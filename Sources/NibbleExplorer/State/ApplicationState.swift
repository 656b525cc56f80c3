import Foundation
import NibbleCheckpoints
import NibbleTerminal

/// Everything that the screen shows is a function of this value and the terminal's size.
struct ApplicationState: Sendable {
    /// A screen that fills the terminal.
    enum Screen: Sendable {
        /// The list of models.
        case chooser
        /// Layers, histogram, details and the live comparison.
        case explorer
        /// Outputs side by side.
        case compare
    }

    /// The terminal's size.
    var size: Size
    /// The colours in use.
    var theme: Theme
    /// The themes to choose from, by name.
    var themes: [Theme]
    /// What fills the terminal.
    var screen: Screen
    /// A dialog above the screen; it takes all keys.
    var overlay: Overlay?
    /// The models that can be opened.
    var chooser: Chooser
    /// The open model and everything about it.
    var workspace: Workspace?
    /// One line for the user, shown until the next key.
    var notice: Notice?
    /// Whether mouse events are wanted.
    var isMouseEnabled: Bool
    /// A model that is being opened.
    var opening: URL?
    /// Set when the program should end.
    var isFinished = false

    /// Starts with the list of models, which is still being read.
    init(theme: Theme, themes: [Theme], isMouseEnabled: Bool, size: Size = Size(80, 24)) {
        self.size = size
        self.theme = theme
        self.themes = themes
        self.isMouseEnabled = isMouseEnabled
        screen = .chooser
        chooser = Chooser()
    }

    /// The place whose keys work now.
    var context: KeyBinding.Context {
        switch screen {
        case .chooser: .chooser
        case .explorer: .explorer
        case .compare: .compare
        }
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

/// The list of models that can be opened.
struct Chooser: Sendable {
    /// Models under one heading.
    struct Section: Sendable {
        var title: String
        var models: [ModelDiscovery.Candidate]
    }

    /// Sample models, recent ones, those in the current folder and in the cache.
    var sections: [Section] = []
    /// The chosen row, counted over all sections.
    var cursor = 0
    /// Whether the folders are still being read.
    var isSearching = true
    /// Why the last model could not be opened.
    var problem: String?

    /// All models in the order shown.
    var models: [ModelDiscovery.Candidate] { sections.flatMap(\.models) }
    /// The model under the cursor.
    var chosen: ModelDiscovery.Candidate? {
        let models = models
        return models.indices.contains(cursor) ? models[cursor] : nil
    }
}
