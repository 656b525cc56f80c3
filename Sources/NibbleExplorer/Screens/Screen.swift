import NibbleTerminal

/// What fills the terminal between header and footer.
///
/// A screen is a folder here and one entry in ``ScreenCatalogue``: tabs, footer, help, mouse, the work it needs and the
/// README's table of keys follow from that. What it remembers is part of ``ApplicationState``.
protocol Screen: Sendable {
    /// The name in the tabs, in the help and in the table of keys.
    var title: String { get }
    /// Its tab, which an open model has; nil for a screen that needs no model.
    var tab: ScreenTab? { get }
    /// Its keys with their answers, in the order in which footer and help show them.
    var bindings: [KeyBinding] { get }
    /// Its keys where they depend on the open model; by default always ``bindings``.
    func bindings(in state: ApplicationState) -> [KeyBinding]
    /// Its lists of keys: one, or one for each of several kinds of models.
    var tables: [KeyTable] { get }
    /// Draws everything between header and footer, and notes what answers to the mouse (see ``MouseAnswer``).
    func draw(_ state: ApplicationState, in canvas: inout Canvas)
    /// Starts the jobs for what it shows and nobody has asked for yet; called after every event.
    func startNeededWork(_ state: inout ApplicationState)
}

extension Screen {
    func startNeededWork(_ state: inout ApplicationState) {}

    func bindings(in state: ApplicationState) -> [KeyBinding] { bindings }

    var tables: [KeyTable] { [KeyTable(title: title, bindings: bindings)] }

    /// The line of its list that a key belongs to.
    func binding(of key: KeyPress, in state: ApplicationState) -> KeyBinding? {
        bindings(in: state).first { $0.presses.contains(key) }
    }
}

/// A list of keys as the documents name it.
struct KeyTable: Sendable {
    let title: String
    let bindings: [KeyBinding]
}

/// A screen's place in the header.
struct ScreenTab: Sendable {
    /// The key that opens it, a digit.
    let key: String
    /// One or two words for the footer; nil keeps it off the footer.
    var label: String?
}

/// The one list of screens.
enum ScreenCatalogue {
    /// All screens; those with a tab in the order of the tabs.
    static let all: [any Screen] = [ExplorerScreen(), CompareScreen(), ModelsScreen()]

    /// The screens of an open model.
    static var tabs: [(screen: any Screen, tab: ScreenTab)] {
        all.compactMap { screen in screen.tab.map { (screen, $0) } }
    }
}
