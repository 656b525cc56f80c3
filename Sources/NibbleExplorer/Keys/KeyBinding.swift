import NibbleTerminal

/// One line of the key table: which keys ask for which action, where, and what a person reads about it.
struct KeyBinding: Sendable {
    /// A place in which keys mean something of their own.
    enum Context: String, CaseIterable, Sendable {
        /// The list of models.
        case chooser = "Models"
        /// The layer tree and the histogram.
        case explorer = "Explorer"
        /// Outputs side by side.
        case compare = "Compare"
    }

    /// Names of the keys, the one to show first.
    let keys: [String]
    /// The keys themselves.
    let presses: [KeyPress]
    /// What they ask for.
    let action: Action
    /// One or two words for the footer; nil keeps it off the footer.
    let label: String?
    /// One line for the help.
    let explanation: String
    /// Where the keys work.
    let contexts: Set<Context>
    /// How a pair such as `+/−` is shown when the footer joins two entries; nil shows the first key.
    let shownKeys: String?

    init(
        _ keys: String..., action: Action, label: String? = nil, shownKeys: String? = nil,
        _ explanation: String,
        in contexts: Set<Context>
    ) {
        self.keys = keys
        presses = keys.compactMap(KeyPress.init(parsing:))
        self.action = action
        self.label = label
        self.shownKeys = shownKeys
        self.explanation = explanation
        self.contexts = contexts
    }
}
