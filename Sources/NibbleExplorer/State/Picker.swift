import NibbleTerminal

/// A list to choose from.
struct Picker: Sendable {
    /// What the choice is for.
    enum Purpose: Sendable {
        /// The weight format of the target layers.
        case format
        /// The colours; the one that was in use before.
        case theme(previous: Theme)
    }

    /// One choice.
    struct Item: Hashable, Sendable {
        /// The heading under which it stands.
        let group: String
        /// What is chosen.
        let name: String
        /// One line about it.
        let detail: String
    }

    let purpose: Purpose
    let title: String
    let items: [Item]
    /// The chosen item among `shown`.
    var cursor: Int
    /// What was typed to narrow the list.
    private(set) var search = TextEditor()

    /// The items that contain what was typed.
    var shown: [Item] {
        guard !search.characters.isEmpty else { return items }
        let needle = search.text.lowercased()
        return items.filter { "\($0.name) \($0.detail) \($0.group)".lowercased().contains(needle) }
    }

    /// The item under the cursor.
    var chosen: Item? { shown.indices.contains(cursor) ? shown[cursor] : nil }

    /// Moves the cursor, staying inside the list.
    mutating func move(by offset: Int) { cursor = min(max(cursor + offset, 0), max(shown.count - 1, 0)) }

    /// Changes what was typed; the first item found is chosen, or where all are shown again the one chosen before.
    mutating func changeSearch(_ change: (inout TextEditor) -> Void) {
        let (before, chosen) = (search.text, self.chosen)
        change(&search)
        guard search.text != before else { return }
        cursor = search.characters.isEmpty ? items.firstIndex { $0 == chosen } ?? 0 : 0
    }
}
