import NibbleTerminal
import NibbleTransformers

extension Workspace {
    /// Moves the cursor by rows, staying inside the tree; false where it stays.
    mutating func moveCursor(by offset: Int) -> Bool {
        guard !rows.all.isEmpty else { return false }
        let place = cursorPlace
        let reached = min(max(place.addingClamping(offset), 0), rows.all.count - 1)
        moveCursor(to: rows.all[reached].entry)
        return reached != place
    }

    /// Folds or unfolds the group under the cursor; false where there is nothing to fold or to unfold.
    ///
    /// Folding moves the cursor to the heading; on the heading of a folded group it is the group around that is folded.
    mutating func fold(_ isFolded: Bool) -> Bool {
        guard tree.order == .model, let entry = chosenRow?.entry else { return false }
        let groups = table.structure.hierarchy.groups
        guard isFolded else {
            guard case .group(let group) = entry, tree.foldedGroups.contains(group) else { return false }
            setFolded(group, false)
            return true
        }
        let group: Int? =
            switch entry {
            case .layer(let layer): table.structure.hierarchy.innermost[layer]
            case .group(let group): tree.foldedGroups.contains(group) ? groups[group].parent : group
            }
        guard let group else { return false }
        setFolded(group, true)
        moveCursor(to: .group(group))
        return true
    }

    /// Shows another row of the layer's grid; false where there is none that way.
    mutating func moveGridRow(by offset: Int) -> Bool {
        guard let shape = chosenLayer?.shape else { return false }
        let before = chart.row
        chart.row = min(max(before.addingClamping(offset), 0), max(shape.rows - 1, 0))
        return chart.row != before
    }

    /// Shows another group of the row; false where there is none that way.
    mutating func moveGridGroup(by offset: Int) -> Bool {
        let groups = chosenLayout?.groupsPerRow ?? 1
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
        guard let entry = chosenRow?.entry else { return false }
        let layers = table.layers(of: entry)
        mark(layers, layers.contains { !table.isMarked[$0] })
        _ = moveCursor(by: 1)
        return true
    }

    /// Marks all layers that the filter shows, and tells how many they are.
    mutating func markMatching() -> Int {
        let matching = table.structure.layers.indices.filter(table.isShown)
        mark(matching, true)
        return matching.count
    }

    /// Moves to the next hurt layer, from the top again after the last; false when there is none.
    mutating func moveToNextHurtLayer() -> Bool {
        let count = table.structure.layers.count
        let start = chosenNumber ?? -1
        let ahead = (1...max(count, 1)).lazy.map { (start + $0) % max(count, 1) }
        guard count > 0, let found = ahead.first(where: { table.isHurt($0) }) else { return false }
        reveal(found)
        return true
    }

    /// Puts the cursor on a layer, unfolding the groups around it; a filter that hides it is cleared.
    mutating func reveal(_ layer: Int) {
        if !table.isShown(layer) { filter(by: "") }
        for group in table.structure.hierarchy.groups(around: .layer(layer)) { setFolded(group, false) }
        moveCursor(to: .layer(layer))
    }

    /// Chooses a row; one that is chosen already is folded or unfolded if it is a heading.
    mutating func choose(_ entry: LayerHierarchy.Entry) {
        focus = .layers
        guard entry == tree.cursor else { return moveCursor(to: entry) }
        if case .group(let group) = entry { toggleFold(group) }
    }

    /// Folds what is unfolded, and unfolds what is folded.
    mutating func toggleFold(_ group: Int) { setFolded(group, !tree.foldedGroups.contains(group)) }
}

extension CaseIterable where Self: Equatable, AllCases.Index == Int {
    /// Goes on to the next case, from the last to the first.
    mutating func advance() {
        let all = Self.allCases
        let next = (all.firstIndex(of: self) ?? -1) + 1
        self = all[next % all.count]
    }
}
