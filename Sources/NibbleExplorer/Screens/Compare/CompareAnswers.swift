import NibbleTerminal

extension ApplicationState {
    /// Moves the cursor over the tokens.
    mutating func moveTokenCursor(by offset: Int) {
        guard let workspace, workspace.shownToken != nil else {
            return refuse("There are no tokens yet: Enter runs the prompt.")
        }
        if self.workspace?.moveTokenCursor(by: offset) != true { refuseMove(by: offset) }
    }

    /// Moves the cursor over the lines of the text.
    mutating func moveTokenLine(by lines: Int) {
        guard let workspace, workspace.shownToken != nil else {
            return refuse("There are no tokens yet: Enter runs the prompt.")
        }
        if self.workspace?.moveTokenLine(by: lines, CompareLayout(size: size)) != true {
            refuseMove(by: lines)
        }
    }

    /// Moves by the lines in sight, or to the first or the last token.
    mutating func moveByTokenPages(_ paging: Paging) {
        if case .end(let direction) = paging { return moveTokenCursor(by: direction * .max) }
        let layout = CompareLayout(size: size)
        moveTokenLine(by: paging.offset(visible: layout.text(ofPlan: false).height))
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
        let before = comparison.cursor
        let target = shown.addingClamping(offset)
        comparison.cursor = target >= shownSides.tokenCount ? nil : max(target, 0)
        return comparison.cursor != before
    }

    /// Moves the cursor to the token that stands so many lines below; beyond the first and last line to the ends.
    ///
    /// - Returns: false where it stays.
    mutating func moveTokenLine(by lines: Int, _ layout: CompareLayout) -> Bool {
        guard let shown = shownToken else { return false }
        let flows = shownSides.flows(width: layout.textWidth)
        let isOfPlan = shown >= flows.original.ranges.last?.upperBound ?? 0
        let flow = isOfPlan ? flows.plan : flows.original
        let line = flow.line(of: shown)
        let target = line.addingClamping(lines)
        guard flow.ranges.indices.contains(line), flow.ranges.indices.contains(target) else {
            return moveTokenCursor(by: lines < 0 ? -.max : .max)
        }
        let texts = (isOfPlan ? shownSides.plan : shownSides.original)?.records.map(\.text) ?? []
        let place = flow.token(below: shown, inLine: target, texts)
        return moveTokenCursor(by: place - shown)
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
