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

    /// Moves by pages in the tree; ±`Int.max` go to its ends.
    mutating func moveByPages(_ pages: Int) {
        let offset = pages.multipliedClamping(by: pageLength)
        if workspace?.moveCursor(by: offset) != true {
            refuseMove(by: pages)
        }
    }

    private mutating func scrollDetails(by offset: Int) -> Bool {
        guard let workspace else { return false }
        let last = max(DetailRows(workspace: workspace, theme: theme).all.count - 1, 0)
        let top = min(max(workspace.detailsTop + offset, 0), last)
        self.workspace?.detailsTop = top
        return top != workspace.detailsTop
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

extension Int {
    /// The product, or the largest or smallest number where it doesn't fit.
    fileprivate func multipliedClamping(by other: Int) -> Int {
        let (product, overflows) = multipliedReportingOverflow(by: other)
        return overflows ? ((self < 0) == (other < 0) ? .max : -.max) : product
    }
}
