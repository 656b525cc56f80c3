extension ApplicationState {
    /// Answers a key on the comparison screen.
    mutating func performInCompare(_ action: Action) -> [Effect] {
        switch action {
        case .moveRight: workspace?.moveTokenCursor(by: 1)
        case .moveLeft: workspace?.moveTokenCursor(by: -1)
        case .moveDown: workspace?.moveTokenCursor(by: 10)
        case .moveUp: workspace?.moveTokenCursor(by: -10)
        case .pageDown: workspace?.moveTokenCursor(by: 50)
        case .pageUp: workspace?.moveTokenCursor(by: -50)
        case .moveToStart: workspace?.comparison.cursor = 0
        case .moveToEnd: workspace?.comparison.cursor = nil
        case .nextPanel: showPlan(by: 1)
        case .previousPanel: showPlan(by: -1)
        case .nextSplit: moveToSplit(forward: true)
        case .previousSplit: moveToSplit(forward: false)
        case .cancel: return stopRun()
        default: break
        }
        return []
    }

    private mutating func showPlan(by offset: Int) {
        guard let workspace, !workspace.pinned.isEmpty else {
            refuse("Only one plan is compared: p pins the current one before you change it.")
            return
        }
        let count = workspace.pinned.count + 1
        self.workspace?.comparison.shownPlan = (workspace.comparison.shownPlan + offset + count) % count
    }

    private mutating func moveToSplit(forward: Bool) {
        if workspace?.moveToSplit(forward: forward) != true {
            refuse("No differing token that way.")
        }
    }
}

extension Workspace {
    /// Moves the cursor over the tokens; moving past the last follows the newest again.
    mutating func moveTokenCursor(by offset: Int) {
        guard let shown = shownToken else { return }
        let target = max(shown + offset, 0)
        comparison.cursor = target >= shownSides.tokenCount ? nil : target
    }

    /// Moves to the next token (or the one before) on which the two differ; false when there is none.
    mutating func moveToSplit(forward: Bool) -> Bool {
        guard let shown = shownToken, let records = shownSides.plan?.records else { return false }
        let splits = records.indices.filter { !records[$0].agrees }
        let found = forward ? splits.first { $0 > shown } : splits.last { $0 < shown }
        guard let found else { return false }
        comparison.cursor = found
        return true
    }
}
