import NibbleTerminal

/// The explorer screen: tree, histogram, details and the live comparison.
struct ExplorerView {
    let state: ApplicationState
    let workspace: Workspace

    /// Draws all panels that the size has room for.
    func draw(in canvas: inout Canvas) {
        let theme = state.theme
        let layout = ExplorerLayout(size: state.size, focus: workspace.focus)
        if !layout.strip.isEmpty {
            SettingStrip(workspace: workspace, theme: theme).draw(in: &canvas, rect: layout.strip)
        }
        if !layout.layers.isEmpty {
            LayerTreeView(workspace: workspace, layout: layout, theme: theme).draw(in: &canvas)
        }
        if !layout.weights.isEmpty {
            WeightsView(workspace: workspace, theme: theme).draw(in: &canvas, rect: layout.weights)
        }
        if !layout.companion.isEmpty {
            CompanionView(workspace: workspace, theme: theme).draw(in: &canvas, rect: layout.companion)
        }
        if !layout.overview.isEmpty {
            OverviewView(workspace: workspace, theme: theme).draw(in: &canvas, rect: layout.overview)
        }
        if !layout.details.isEmpty {
            DetailsView(workspace: workspace, theme: theme).draw(in: &canvas, rect: layout.details)
        }
        if !layout.original.isEmpty {
            workspace.form.drawStrip(
                state, workspace, in: &canvas, original: layout.original, plan: layout.quantized)
        }
    }
}
