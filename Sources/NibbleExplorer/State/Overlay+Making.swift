import NibbleKernels
import NibbleQuantization
import NibbleTerminal

extension Picker {
    /// All weight formats, by family; the layer's own is chosen, or the one that it is stored in.
    static func formats(current: Setting?, storedName: String?) -> Picker {
        let items = FormatCatalogue.all.map { Item(group: $0.family.name, name: $0.name, detail: $0.summary) }
        let name = current?.storage.format ?? storedName
        let chosen = items.firstIndex { $0.name == name } ?? 0
        return Picker(purpose: .format, title: "Weight format", items: items, cursor: chosen)
    }

    /// All themes; the one in use is chosen.
    static func themes(_ themes: [Theme], current: Theme) -> Picker {
        let items = themes.map {
            Item(group: $0.isLight ? "Light" : "Dark", name: $0.name, detail: $0.author)
        }
        let grouped = items.filter { $0.group == "Dark" } + items.filter { $0.group == "Light" }
        let chosen = grouped.firstIndex { $0.name == current.name } ?? 0
        return Picker(purpose: .theme(previous: current), title: "Theme", items: grouped, cursor: chosen)
    }
}

extension TextEntry {
    /// The dialog for the tree's filter.
    static func filter(_ text: String) -> TextEntry {
        TextEntry(
            purpose: .filter(.layers, previous: text), title: "Filter layers",
            hint: "a regular expression such as layers\\.[0-3]\\.; capitals count if it has one",
            editor: TextEditor(text))
    }

    /// The dialog for the filter of the list of models.
    static func modelFilter(_ text: String) -> TextEntry {
        TextEntry(
            purpose: .filter(.models, previous: text), title: "Filter models",
            hint: "a part of a name, or a regular expression; capitals count if it has one",
            editor: TextEditor(text))
    }

    /// The dialog for the prompt.
    static func prompt(_ text: String, title: String, mostCharacters: Int) -> TextEntry {
        TextEntry(
            purpose: .prompt, title: title, hint: "", allowsLines: true, mostCharacters: mostCharacters,
            editor: TextEditor(text))
    }

    /// The dialog for the plan's file.
    static func savePlan(proposal: String) -> TextEntry {
        TextEntry(
            purpose: .savePlan, title: "Save the plan to", hint: "a YAML file", editor: TextEditor(proposal))
    }
}
