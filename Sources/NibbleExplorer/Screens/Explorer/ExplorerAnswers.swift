import NibbleKernels
import NibbleQuantization
import NibbleTransformers

extension ApplicationState {
    /// Moves by rows in the panel with the focus.
    mutating func moveInPanel(by offset: Int) {
        let hasMoved: Bool? =
            switch workspace?.focus {
            case .details: scrollDetails(by: offset)
            case .weights where workspace?.chart.grid == .group: workspace?.moveGridRow(by: offset)
            default: workspace?.moveCursor(by: offset)
            }
        if hasMoved != true { refuseMove(by: offset) }
    }

    /// Moves by what is visible of the panel with the focus, or to its ends.
    mutating func moveByPages(_ paging: Paging) {
        guard let workspace else { return }
        let layout = ExplorerLayout(size: size, focus: workspace.focus)
        let details = DetailsView(workspace: workspace, theme: theme).extent(in: layout.details)
        let visible = workspace.focus == .details ? details.visible : layout.treeRows.height
        moveInPanel(by: paging.offset(visible: visible))
    }

    /// Scrolls the details as far as they go; false where they stay.
    mutating func scrollDetails(by offset: Int) -> Bool {
        guard let workspace else { return false }
        let layout = ExplorerLayout(size: size, focus: workspace.focus)
        let last = DetailsView(workspace: workspace, theme: theme).extent(in: layout.details).last
        let before = min(workspace.detailsTop, last)
        let top = min(max(before.addingClamping(offset), 0), last)
        self.workspace?.detailsTop = top
        return top != before
    }

    /// Folds and unfolds in the tree; in the view of one group it goes to its neighbours.
    mutating func moveSideways(by offset: Int) {
        guard workspace?.focus == .weights, workspace?.chart.grid == .group else {
            if workspace?.fold(offset < 0) != true {
                refuse(offset < 0 ? "There is nothing to fold here." : "There is nothing to unfold here.")
            }
            return
        }
        if workspace?.moveGridGroup(by: offset) != true { refuse("There is no further group in this row.") }
    }

    /// Shows another view of the grid.
    mutating func nextGrid() {
        workspace?.chart.grid.advance()
        if workspace?.chart.grid == .group {
            workspace?.focus = .weights
            inform("Arrows choose the row and the group; Tab goes back to the layers.")
        }
    }

    /// Sorts the tree another way.
    mutating func nextOrder() {
        workspace?.nextOrder()
        inform("Layers by \(workspace?.tree.order.rawValue ?? "").")
    }

    /// Puts the cursor on the next layer that deserves attention.
    mutating func nextHurtLayer() {
        if workspace?.moveToNextHurtLayer() != true {
            refuse("No layer is hurt: none clips, overflows or has a relative error above 10 %.")
        }
    }

    /// Opens the dialog for the filter.
    mutating func filterLayers() { overlay = .entry(.filter(workspace?.tree.filter ?? "")) }

    /// Marks the layers under the cursor, or takes their marks off.
    mutating func toggleMark() {
        if workspace?.toggleMark() != true { refuse("There is no layer to mark here.") }
    }

    /// Marks all layers that the filter shows.
    mutating func markMatching() {
        guard let count = workspace?.markMatching(), count > 0 else {
            return refuse("The filter shows no layer to mark.")
        }
        inform("\(count) layers are marked: a change applies to all of them. Esc clears the marks.")
    }

    /// Takes off the marks, else the filter, else ends the run.
    mutating func cancelInExplorer() {
        if let marked = workspace?.table.marked, !marked.isEmpty {
            workspace?.mark(marked, false)
        } else if workspace?.tree.filter.isEmpty == false {
            workspace?.filter(by: "")
        } else {
            stopRun(otherwise: "There is nothing to clear or to stop.")
        }
    }
}
