import NibbleTransformers

extension Workspace {
    /// Moves the cursor by rows, staying inside the tree.
    mutating func moveCursor(by offset: Int) {
        let rows = rows
        guard !rows.isEmpty else { return }
        let position = rows.firstIndex { $0.id == tree.cursor } ?? 0
        let target = position.addingReportingOverflow(offset)
        let unclamped = target.overflow ? (offset < 0 ? 0 : rows.count - 1) : target.partialValue
        moveCursor(to: rows[min(max(unclamped, 0), rows.count - 1)].id)
    }

    /// Puts the cursor on a row; another layer starts with its first row and group.
    mutating func moveCursor(to id: LayerTree.RowID) {
        guard tree.cursor != id else { return }
        tree.cursor = id
        chart.row = 0
        chart.group = 0
    }

    /// Folds or unfolds the block under the cursor; folding moves the cursor to its heading.
    mutating func fold(_ isFolded: Bool) {
        guard let block = chosenBlock else { return }
        if isFolded {
            tree.foldedBlocks.insert(block)
            moveCursor(to: .block(block))
        } else {
            tree.foldedBlocks.remove(block)
        }
    }

    private var chosenBlock: Int? {
        switch chosenRow?.id {
        case .block(let block): block
        case .layer(let id): layers[id]?.block
        case nil: nil
        }
    }

    /// Shows another row of the layer's grid.
    mutating func moveGridRow(by offset: Int) {
        guard let shape = chosenLayer?.shape else { return }
        chart.row = min(max(chart.row + offset, 0), max(shape.rows - 1, 0))
    }

    /// Shows another group of the row.
    mutating func moveGridGroup(by offset: Int) {
        guard let layer = chosenLayer else { return }
        let groups = layout(of: layer)?.groupsPerRow ?? 1
        chart.group = min(max(chart.group + offset, 0), max(groups - 1, 0))
    }

    /// Gives the focus to the next or previous panel.
    mutating func moveFocus(by offset: Int) {
        let panels = Panel.allCases
        let position = panels.firstIndex(of: focus) ?? 0
        focus = panels[(position + offset + panels.count) % panels.count]
    }

    /// Marks the layers under the cursor, or takes their marks off, and moves on.
    mutating func toggleMark() {
        let layers = Set(chosenRow?.layers ?? [])
        if layers.isSubset(of: tree.marked) {
            tree.marked.subtract(layers)
        } else {
            tree.marked.formUnion(layers)
        }
        moveCursor(by: 1)
    }

    /// Whether a layer deserves attention: non-finite weights, clips, overflows, or a relative error above 10 %.
    func isHurt(_ id: LayerPath) -> Bool {
        let figures = figures(of: id)
        let counters = counters(of: id)
        return (figures?.relativeError ?? 0) > 0.1 || (figures?.clippedFraction ?? 0) > 0
            || (figures?.nonFiniteCount ?? 0) > 0 || (counters?.accumulatorOverflows.count ?? 0) > 0
            || (counters?.activationClips.count ?? 0) > 0 || (counters?.nonFiniteValues.count ?? 0) > 0
    }

    /// Moves to the next hurt layer, from the top again after the last; false when there is none.
    mutating func moveToNextHurtLayer() -> Bool {
        let shown = LayerTreeRows.filtered(model.layers, by: tree.filter)
        let position = shown.firstIndex { $0.id == chosenLayer?.id } ?? -1
        let ahead = shown[(position + 1)...] + shown[..<(position + 1)]
        guard let found = ahead.first(where: { isHurt($0.id) }) else { return false }
        if let block = found.block { tree.foldedBlocks.remove(block) }
        moveCursor(to: .layer(found.id))
        return true
    }
}

extension CaseIterable where Self: Equatable, AllCases.Index == Int {
    /// Goes on to the next case, from the last to the first.
    mutating func advance() {
        let all = Self.allCases
        let next = (all.firstIndex(of: self) ?? -1) + 1
        self = all[next % all.count]
    }
}
