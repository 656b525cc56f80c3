import NibbleTransformers

/// What the layer tree remembers: where the cursor is, what is folded, marked, filtered and how it is sorted.
struct LayerTree: Sendable {
    /// An order of the layers in the tree.
    enum Order: String, CaseIterable, Sendable {
        case model = "model order"
        case name
        case size
        case error
        case clip

        /// Whether new figures may change the order.
        var followsFigures: Bool { self == .error || self == .clip }
    }

    /// Blocks whose layers are hidden.
    var foldedBlocks: Set<Int> = []
    /// Layers that the next change applies to, besides the one under the cursor.
    var marked: Set<LayerPath> = []
    /// Regular expression that a layer's name must match somewhere; empty shows all.
    var filter = ""
    /// The order of rows; only the model's order groups them by block.
    var order = Order.model
    /// The row under the cursor.
    var cursor: RowID?

    /// Whether another tree has the same rows in the same order; cursor and marks don't matter.
    func showsSameRows(as other: LayerTree) -> Bool {
        foldedBlocks == other.foldedBlocks && filter == other.filter && order == other.order
    }

    /// What identifies a row across changes of filter and order.
    enum RowID: Hashable, Sendable {
        case block(Int)
        case layer(LayerPath)
    }
}

/// One visible row of the layer tree.
struct LayerTreeRow: Hashable, Sendable {
    /// A block's heading or a layer.
    let id: LayerTree.RowID
    /// How deep it stands: 0 for blocks and layers outside blocks, 1 for layers of a block.
    let depth: Int
    /// Whether it is the last layer of its block.
    let isLastOfBlock: Bool
    /// The layers that a change on this row applies to.
    let layers: [LayerPath]
}
