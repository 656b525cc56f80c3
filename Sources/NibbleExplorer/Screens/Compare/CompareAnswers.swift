import NibbleTerminal

extension ApplicationState {
    /// Moves the cursor over the tokens.
    mutating func moveTokenCursor(by offset: Int) {
        guard let workspace, workspace.shownToken != nil else {
            return refuse("There are no tokens yet: Enter runs the prompt.")
        }
        if self.workspace?.moveTokenCursor(by: offset) != true { refuseMove(by: offset) }
    }

    /// Shows the next plan, or the one before, beside the original.
    mutating func showPlan(by offset: Int) {
        guard let workspace, !workspace.pinned.isEmpty else {
            return refuse("Only one plan is compared: p pins the current one before you change it.")
        }
        let count = workspace.pinned.count + 1
        self.workspace?.comparison.shownPlan = (workspace.comparison.shownPlan + offset + count) % count
    }

    /// Moves to the next differing token, or to the one before.
    mutating func moveToSplit(forward: Bool) {
        if workspace?.moveToSplit(forward: forward) != true { refuse("No differing token that way.") }
    }
}

extension Workspace {
    /// Moves the cursor over the tokens; moving past the last follows the newest again.
    ///
    /// - Returns: false where it stays.
    mutating func moveTokenCursor(by offset: Int) -> Bool {
        guard let shown = shownToken else { return false }
        let (target, overflows) = shown.addingReportingOverflow(offset)
        let before = comparison.cursor
        let isPastEnd = overflows ? offset > 0 : target >= shownSides.tokenCount
        comparison.cursor = isPastEnd ? nil : max(overflows ? 0 : target, 0)
        return comparison.cursor != before
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

    /// A click on a column of the divergences moves the cursor there.
    mutating func clickComparison(_ point: Point, size: Size) {
        let scale = DivergenceScale(self, CompareLayout(size: size))
        if let token = scale.token(at: point) { comparison.cursor = token }
    }
}
