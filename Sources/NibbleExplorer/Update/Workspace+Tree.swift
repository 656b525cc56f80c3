import NibbleTerminal
import NibbleTransformers

extension Workspace {
    /// Moves the cursor by rows, staying inside the tree; false where it stays.
    mutating func moveCursor(by offset: Int) -> Bool {
        let rows = rows
        guard !rows.isEmpty else { return false }
        let position = rows.firstIndex { $0.id == tree.cursor } ?? 0
        let target = position.addingReportingOverflow(offset)
        let unclamped = target.overflow ? (offset < 0 ? 0 : rows.count - 1) : target.partialValue
        let reached = min(max(unclamped, 0), rows.count - 1)
        moveCursor(to: rows[reached].id)
        return reached != position
    }

    /// Puts the cursor on a row; another layer starts with its first row and group.
    mutating func moveCursor(to id: LayerTree.RowID) {
        guard tree.cursor != id else { return }
        tree.cursor = id
        chart.row = 0
        chart.group = 0
    }

    /// Folds or unfolds the block under the cursor; folding moves the cursor to its heading.
    ///
    /// - Returns: false if it is so already.
    mutating func fold(_ isFolded: Bool) -> Bool {
        guard let block = chosenBlock, tree.foldedBlocks.contains(block) != isFolded else { return false }
        if isFolded {
            tree.foldedBlocks.insert(block)
            moveCursor(to: .block(block))
        } else {
            tree.foldedBlocks.remove(block)
        }
        return true
    }

    private var chosenBlock: Int? {
        switch chosenRow?.id {
        case .block(let block): block
        case .layer(let id): layers[id]?.block
        case nil: nil
        }
    }

    /// Shows another row of the layer's grid; false where there is none that way.
    mutating func moveGridRow(by offset: Int) -> Bool {
        guard let shape = chosenLayer?.shape else { return false }
        let before = chart.row
        chart.row = min(max(before + offset, 0), max(shape.rows - 1, 0))
        return chart.row != before
    }

    /// Shows another group of the row; false where there is none that way.
    mutating func moveGridGroup(by offset: Int) -> Bool {
        guard let layer = chosenLayer else { return false }
        let groups = layout(of: layer)?.groupsPerRow ?? 1
        let before = chart.group
        chart.group = min(max(before + offset, 0), max(groups - 1, 0))
        return chart.group != before
    }

    /// Gives the focus to the next or previous panel.
    mutating func moveFocus(by offset: Int) {
        let panels = Panel.allCases
        let position = panels.firstIndex(of: focus) ?? 0
        focus = panels[(position + offset + panels.count) % panels.count]
    }

    /// Marks the layers under the cursor, or takes their marks off, and moves on; false where there are none.
    mutating func toggleMark() -> Bool {
        let layers = Set(chosenRow?.layers ?? [])
        guard !layers.isEmpty else { return false }
        if layers.isSubset(of: tree.marked) {
            tree.marked.subtract(layers)
        } else {
            tree.marked.formUnion(layers)
        }
        _ = moveCursor(by: 1)
        return true
    }

    /// Marks all layers that the filter shows, and tells how many they are.
    mutating func markMatching() -> Int {
        let matching = LayerTreeRows.filtered(model.layers, by: tree.filter).map(\.id)
        tree.marked.formUnion(matching)
        return matching.count
    }

    /// A click gives a panel the focus and chooses a row; a second one folds or unfolds a block.
    mutating func clickExplorer(_ point: Point, size: Size) {
        let layout = ExplorerLayout(size: size, focus: focus)
        if layout.weights.contains(point) { focus = .weights }
        if layout.details.contains(point) { focus = .details }
        guard layout.layers.contains(point) else { return }
        focus = .layers
        let window = layout.treeWindow(rows: rows, cursor: tree.cursor)
        let index = window.lowerBound + point.y - layout.treeRows.y
        guard layout.treeRows.contains(point), window.contains(index) else { return }
        let id = rows[index].id
        if id == tree.cursor, case .block(let block) = id {
            _ = fold(!tree.foldedBlocks.contains(block))
        } else {
            moveCursor(to: id)
        }
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
