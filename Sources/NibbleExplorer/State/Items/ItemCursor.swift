import NibbleQuantization

/// What of a comparison of encoders is looked at.
struct ItemCursor: Hashable, Sendable {
    /// The item.
    var item = 0
    /// The mask of the item.
    var place = 0
    /// Whether figures are the model's own numbers instead of probabilities.
    var showsLogits = false
    /// Whether an image is shown as the model reads it instead of as the file has it.
    var showsRead = false
}

extension Workspace {
    /// The current plan's side of a comparison of encoders; nil before the first run.
    var currentItems: ItemSides? { ItemSides(comparison.run.value, of: plans.current) }

    /// The side of the plan that was chosen on the comparison screen.
    var shownItems: ItemSides? { ItemSides(comparison.run.value, of: shownPinned?.plan ?? plans.current) }

    /// The item under the cursor, as far as there are items.
    var shownItem: Int {
        min(comparison.itemCursor.item, max(0, (comparison.run.value?.items?.items.count ?? 1) - 1))
    }

    /// Predictions for an item: one for classes, one for each mask, at least one place to stand at.
    func placeCount(ofItem item: Int) -> Int {
        max(1, shownItems?.result(item)?.outputs.first?.records.count ?? 1)
    }

    /// The prediction under the cursor.
    var shownPlace: Int { min(comparison.itemCursor.place, placeCount(ofItem: shownItem) - 1) }

    /// Moves to another item; false where there is none.
    mutating func moveItem(by offset: Int) -> Bool {
        let count = comparison.run.value?.items?.items.count ?? 0
        let target = min(max(shownItem.addingClamping(offset), 0), max(count - 1, 0))
        guard target != shownItem else { return false }
        comparison.itemCursor.item = target
        comparison.itemCursor.place = 0
        return true
    }

    /// Looks at an item.
    mutating func choose(item: Int) { _ = moveItem(by: item - shownItem) }

    /// Moves to another mask, beyond the last of an item to the next item; false where there is none.
    mutating func movePlace(by offset: Int) -> Bool {
        let target = shownPlace + offset
        guard target < 0 || target >= placeCount(ofItem: shownItem) else {
            comparison.itemCursor.place = target
            return true
        }
        guard moveItem(by: offset) else { return false }
        comparison.itemCursor.place = offset < 0 ? placeCount(ofItem: shownItem) - 1 : 0
        return true
    }

    /// Moves to the next item (or the one before) with another answer; false where there is none.
    mutating func moveToChangedItem(forward: Bool) -> Bool {
        guard let changed = shownItems?.summary.changed else { return false }
        let found = forward ? changed.first { $0 > shownItem } : changed.last { $0 < shownItem }
        guard let found else { return false }
        return moveItem(by: found - shownItem)
    }
}
