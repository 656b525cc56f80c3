import NibbleTerminal

extension ApplicationState {
    /// Answers the mouse: a click chooses what it points at, the wheel scrolls it.
    mutating func mouse(_ event: MouseEvent) -> [Effect] {
        switch event.action {
        case .wheelDown: return wheel(1, at: event.point)
        case .wheelUp: return wheel(-1, at: event.point)
        case .press(.left): return click(event.point)
        default: return []
        }
    }

    private mutating func wheel(_ direction: Int, at point: Point) -> [Effect] {
        switch screen {
        case .chooser: return performInChooser(direction > 0 ? .moveDown : .moveUp)
        case .explorer: workspace?.moveCursor(by: 3 * direction)
        case .compare: workspace?.moveTokenCursor(by: direction)
        }
        return []
    }

    private mutating func click(_ point: Point) -> [Effect] {
        switch screen {
        case .chooser: return clickChooser(point)
        case .explorer: clickExplorer(point)
        case .compare: workspace?.clickComparison(point, size: size)
        }
        return []
    }

    private mutating func clickChooser(_ point: Point) -> [Effect] {
        guard let index = ChooserLayout(size: size, chooser: chooser).modelIndex(at: point) else { return [] }
        guard chooser.cursor == index else {
            chooser.cursor = index
            return []
        }
        return performInChooser(.accept)
    }

    private mutating func clickExplorer(_ point: Point) {
        guard let workspace else { return }
        let layout = ExplorerLayout(size: size, focus: workspace.focus)
        if layout.weights.contains(point) { self.workspace?.focus = .weights }
        if layout.details.contains(point) { self.workspace?.focus = .details }
        guard layout.layers.contains(point) else { return }
        self.workspace?.focus = .layers
        let rows = workspace.rows
        let window = layout.treeWindow(rows: rows, cursor: workspace.tree.cursor)
        let index = window.lowerBound + point.y - layout.treeRows.y
        guard layout.treeRows.contains(point), window.contains(index) else { return }
        if rows[index].id == workspace.tree.cursor, case .block(let block) = rows[index].id {
            self.workspace?.fold(!workspace.tree.foldedBlocks.contains(block))
        }
        self.workspace?.moveCursor(to: rows[index].id)
    }
}
