import NibbleQuantization
import NibbleTerminal

/// What the plan changes since it was saved, layer by layer.
struct PlanChangesPages: Pages {
    let title = "Changes since the plan was saved"
    let width = 96
    let openedBy = [KeyPress("d")]
    private let table: LayerTable
    private let changes: [(layer: Int, before: Setting?)]
    private let theme: Theme

    init(workspace: Workspace, theme: Theme) {
        table = workspace.table
        changes = table.differences(from: workspace.plans.saved)
        self.theme = theme
    }

    var count: Int { max(1, changes.count) }

    func line(_ index: Int) -> [Span] {
        guard changes.indices.contains(index) else {
            return [Span("No layer differs from the saved plan.", theme.mutedStyle)]
        }
        let change = changes[index]
        return [
            Span(table.structure.layers[change.layer].id.name, theme.strong), Span("  ", theme.plain),
            Span(Setting.text(of: change.before), theme.mutedStyle), Span(" → ", theme.mutedStyle),
            Span(Setting.text(of: table.setting(of: change.layer)), Style(foreground: theme.plan)),
        ]
    }
}
