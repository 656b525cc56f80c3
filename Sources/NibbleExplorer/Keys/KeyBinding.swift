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
        self.init(keys, label: label, shownKeys: shownKeys, help: help, answer: answer)
    }

    init(
        _ keys: [String], label: String? = nil, shownKeys: String? = nil, help: String,
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
    /// - Parameters:
    ///   - row: What a row is called here.
    ///   - move: Moves by so many rows, or says why it can't.
    static func rows(
        of row: String = "row", _ move: @escaping @Sendable (inout ApplicationState, Int) -> Void
    ) -> [KeyBinding] {
        [
            KeyBinding("down", "j", label: "move", shownKeys: "j/k", help: "Down one \(row)") {
                move(&$0, 1)
            },
            KeyBinding("up", "k", help: "Up one \(row)") { move(&$0, -1) },
        ]
    }

    /// The keys that move by what is visible and to both ends.
    ///
    /// - Parameters:
    ///   - row: What a row is called here.
    ///   - homeKeys: The keys to the beginning.
    ///   - move: Moves so far, or says why it can't.
    static func pages(
        of row: String = "row", homeKeys: [String] = ["home"],
        _ move: @escaping @Sendable (inout ApplicationState, Paging) -> Void
    ) -> [KeyBinding] {
        [
            KeyBinding("pgup", help: "Up by what is visible") { move(&$0, .page(-1)) },
            KeyBinding("pgdn", help: "Down by what is visible") { move(&$0, .page(1)) },
            KeyBinding("ctrl-u", help: "Up by half of it") { move(&$0, .halfPage(-1)) },
            KeyBinding("ctrl-d", help: "Down by half of it") { move(&$0, .halfPage(1)) },
            KeyBinding(homeKeys, help: "To the first \(row)") { move(&$0, .end(-1)) },
            KeyBinding("end", "G", help: "To the last \(row)") { move(&$0, .end(1)) },
        ]
    }
}
