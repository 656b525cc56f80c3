import NibbleKernels
import NibbleQuantization
import NibbleTerminal

extension Picker {
    /// All weight formats, by family; the layer's own is chosen.
    static func formats(current: Setting?) -> Picker {
        let items = FormatCatalogue.all.map { Item(group: $0.family.name, name: $0.name, detail: $0.summary) }
        let chosen = items.firstIndex { $0.name == current?.storage.format } ?? 0
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
            purpose: .filter(previous: text), title: "Filter layers",
            hint: "a regular expression, such as down_proj or layers\\.[0-3]\\.", editor: TextEditor(text))
    }

    /// The dialog for the prompt.
    static func prompt(_ text: String) -> TextEntry {
        TextEntry(
            purpose: .prompt, title: "Prompt", hint: "Enter runs it · Ctrl-J new line · ↑↓ earlier prompts",
            allowsLines: true,
            editor: TextEditor(text))
    }

    /// The dialog for the plan's file.
    static func savePlan(proposal: String) -> TextEntry {
        TextEntry(
            purpose: .savePlan, title: "Save the plan to", hint: "a YAML file", editor: TextEditor(proposal))
    }
}
