import NibbleTerminal

/// One line of a screen's list of keys: which keys, what a person reads about them, and the answer.
///
///     KeyBinding("u", label: "undo", help: "Undo the last change of the plan") { $0.undo() }
struct KeyBinding: Sendable {
    /// Changes the state, or says in a notice why it can't.
    typealias Answer = @Sendable (inout ApplicationState) -> Void

    /// Names of the keys, the one to show first.
    let keys: [String]
    /// The keys themselves.
    let presses: [KeyPress]
    /// One or two words for the footer; nil keeps it off the footer.
    let label: String?
    /// How a pair such as `+/−` is shown when the footer joins two entries; nil shows the first key.
    let shownKeys: String?
    /// One line for the help.
    let help: String
    /// What the keys do.
    let answer: Answer

    init(
        _ keys: String..., label: String? = nil, shownKeys: String? = nil, help: String,
        answer: @escaping Answer
    ) {
        self.keys = keys
        presses = keys.compactMap(KeyPress.init(parsing:))
        self.label = label
        self.shownKeys = shownKeys
        self.help = help
        self.answer = answer
    }

    /// The keys that move up and down by one row.
    ///
    /// - Parameter move: moves by so many rows, or says why it can't.
    static func rows(_ move: @escaping @Sendable (inout ApplicationState, Int) -> Void) -> [KeyBinding] {
        [
            KeyBinding("down", "j", label: "move", shownKeys: "j/k", help: "Down one row") { move(&$0, 1) },
            KeyBinding("up", "k", help: "Up one row") { move(&$0, -1) },
        ]
    }

    /// The keys that move by pages and to both ends.
    ///
    /// - Parameter move: moves by so many pages, ±`Int.max` to the ends, or says why it can't.
    static func pages(_ move: @escaping @Sendable (inout ApplicationState, Int) -> Void) -> [KeyBinding] {
        [
            KeyBinding("pgup", help: "Up one page") { move(&$0, -1) },
            KeyBinding("pgdn", help: "Down one page") { move(&$0, 1) },
            KeyBinding("home", help: "To the first row or token") { move(&$0, -.max) },
            KeyBinding("end", help: "To the last row or token") { move(&$0, .max) },
        ]
    }
}
