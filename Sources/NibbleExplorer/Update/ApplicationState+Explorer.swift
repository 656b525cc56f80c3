import NibbleKernels
import NibbleQuantization
import NibbleTransformers

extension ApplicationState {
    /// Answers a key on the explorer screen.
    mutating func performInExplorer(_ action: Action) -> [Effect] {
        let page = pageLength
        switch action {
        case .moveDown: moveInPanel(by: 1)
        case .moveUp: moveInPanel(by: -1)
        case .pageDown: workspace?.moveCursor(by: page)
        case .pageUp: workspace?.moveCursor(by: -page)
        case .moveToStart: workspace?.moveCursor(by: -.max)
        case .moveToEnd: workspace?.moveCursor(by: .max)
        case .moveLeft: moveSideways(by: -1)
        case .moveRight: moveSideways(by: 1)
        case .nextPanel: workspace?.moveFocus(by: 1)
        case .previousPanel: workspace?.moveFocus(by: -1)
        case .nextChart: workspace?.chart.kind.advance()
        case .nextGrid: nextGrid()
        case .nextOrder: nextOrder()
        case .nextHurtLayer: nextHurtLayer()
        case .toggleMark: workspace?.toggleMark()
        case .markMatching: markMatching()
        case .filter: overlay = .entry(.filter(workspace?.tree.filter ?? ""))
        case .cancel: return cancelInExplorer()
        case .pickFormat: overlay = workspace.map { .picker(.formats(current: $0.chosenSetting)) }
        case .resetLayers: setTargets { _ in nil }
        default: changeSetting(action)
        }
        return []
    }

    private mutating func moveInPanel(by offset: Int) {
        if let workspace, workspace.focus == .details {
            let last = DetailRows(workspace: workspace, theme: theme).all.count - 1
            self.workspace?.detailsTop = min(max(workspace.detailsTop + offset, 0), max(last, 0))
            return
        }
        guard workspace?.focus == .weights, workspace?.chart.grid == .group else {
            workspace?.moveCursor(by: offset)
            return
        }
        workspace?.moveGridRow(by: offset)
    }

    private mutating func moveSideways(by offset: Int) {
        guard workspace?.focus == .weights, workspace?.chart.grid == .group else {
            workspace?.fold(offset < 0)
            return
        }
        workspace?.moveGridGroup(by: offset)
    }

    private mutating func nextGrid() {
        workspace?.chart.grid.advance()
        if workspace?.chart.grid == .group {
            workspace?.focus = .weights
            inform("Arrows choose the row and the group; Tab goes back to the layers.")
        }
    }

    private mutating func nextOrder() {
        workspace?.tree.order.advance()
        inform("Layers by \(workspace?.tree.order.rawValue ?? "").")
    }

    private mutating func nextHurtLayer() {
        if workspace?.moveToNextHurtLayer() != true {
            refuse("No layer is hurt: none clips, overflows or has a relative error above 10 %.")
        }
    }

    private mutating func markMatching() {
        guard let workspace else { return }
        let matching = LayerTreeRows.filtered(workspace.model.layers, by: workspace.tree.filter).map(\.id)
        self.workspace?.tree.marked.formUnion(matching)
        inform("\(matching.count) layers are marked: a change applies to all of them. Esc clears the marks.")
    }

    private mutating func cancelInExplorer() -> [Effect] {
        if workspace?.tree.marked.isEmpty == false {
            workspace?.tree.marked = []
        } else if workspace?.tree.filter.isEmpty == false {
            workspace?.tree.filter = ""
        } else if workspace?.comparison.state.isRunning == true {
            return stopRun()
        }
        return []
    }
}
