/// What the layer tree remembers: where the cursor is, what is folded, filtered and how it is sorted.
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

    /// Groups whose layers are hidden.
    var foldedGroups: Set<Int>
    /// Regular expression that a layer's name must match somewhere; empty shows all.
    var filter = ""
    /// The order of rows; only the model's order shows groups.
    var order = Order.model
    /// The row under the cursor.
    var cursor: LayerHierarchy.Entry?
    /// The tree as it was before a filter unfolded it.
    private var beforeFilter: BeforeFilter?

    private struct BeforeFilter: Sendable {
        let foldedGroups: Set<Int>
        let cursor: LayerHierarchy.Entry?
        /// Where the filter has put the cursor.
        var found: LayerHierarchy.Entry?
    }

    /// All groups but the first block are folded; the cursor stands on the first layer in it.
    init(_ structure: LayerStructure) {
        let hierarchy = structure.hierarchy
        foldedGroups = Set(hierarchy.groups.indices.dropFirst())
        let inBlock = hierarchy.groups.isEmpty ? nil : hierarchy.children(of: 0).first { !$0.isGroup }
        cursor = inBlock ?? hierarchy.entries.first { $0.isGroup } ?? hierarchy.entries.first
    }

    /// Unfolds all groups while a filter shows some layers only, with the cursor on one of them; afterwards the tree is as
    /// before, but for the groups around a cursor that was moved meanwhile.
    ///
    /// - Parameter shown: Whether each layer is shown; nil where no filter hides any.
    mutating func unfold(_ shown: [Bool]?, _ structure: LayerStructure) {
        guard let shown else { return endFilter(structure) }
        if beforeFilter == nil {
            beforeFilter = BeforeFilter(foldedGroups: foldedGroups, cursor: cursor)
            foldedGroups = []
        }
        if case .layer(let layer) = cursor, shown[layer] { return }
        guard let first = structure.hierarchy.order.first(where: { shown[$0] }) else { return }
        cursor = .layer(first)
        beforeFilter?.found = cursor
    }

    private mutating func endFilter(_ structure: LayerStructure) {
        guard let before = beforeFilter else { return }
        beforeFilter = nil
        foldedGroups = before.foldedGroups
        guard let cursor, cursor != before.found, cursor != before.cursor else {
            return cursor = before.cursor
        }
        foldedGroups.subtract(structure.hierarchy.groups(around: cursor))
    }
}

/// One visible row of the layer tree.
struct LayerTreeRow: Hashable, Sendable {
    /// A group's heading or a layer.
    let entry: LayerHierarchy.Entry
    /// How many headings stand around it.
    let depth: Int
    /// Whether it is the last under its heading.
    var isLast = false
}

/// The visible rows of the tree from top to bottom, and where each stands.
struct LayerTreeRows: Sendable {
    /// The rows.
    private(set) var all: [LayerTreeRow] = []
    private var placeOfGroup: [Int?]
    private var placeOfLayer: [Int?]

    /// The rows that a tree shows of a table whose groups are summed up.
    init(_ tree: LayerTree, _ table: LayerTable) {
        placeOfGroup = Array(repeating: nil, count: table.structure.hierarchy.groups.count)
        placeOfLayer = Array(repeating: nil, count: table.structure.layers.count)
        if tree.order == .model {
            appendGrouped(nil, depth: 0, tree, table)
        } else {
            for layer in Self.sorted(tree.order, table) where table.isShown(layer) {
                append(LayerTreeRow(entry: .layer(layer), depth: 0))
            }
        }
    }

    /// Where a heading or a layer stands; nil where it isn't shown.
    func place(of entry: LayerHierarchy.Entry?) -> Int? {
        switch entry {
        case .group(let group): placeOfGroup[group]
        case .layer(let layer): placeOfLayer[layer]
        case nil: nil
        }
    }

    private mutating func append(_ row: LayerTreeRow) {
        switch row.entry {
        case .group(let group): placeOfGroup[group] = all.count
        case .layer(let layer): placeOfLayer[layer] = all.count
        }
        all.append(row)
    }

    /// What stands under a heading; folded groups cost one row, however many layers they have.
    private mutating func appendGrouped(_ group: Int?, depth: Int, _ tree: LayerTree, _ table: LayerTable) {
        var last: Int?
        for entry in table.structure.hierarchy.children(of: group) {
            switch entry {
            case .layer(let layer): guard table.isShown(layer) else { continue }
            case .group: guard table.summary(of: entry).layerCount > 0 else { continue }
            }
            last = all.count
            append(LayerTreeRow(entry: entry, depth: depth))
            if case .group(let inner) = entry, !tree.foldedGroups.contains(inner) {
                appendGrouped(inner, depth: depth + 1, tree, table)
            }
        }
        if let last { all[last].isLast = depth > 0 }
    }

    /// The layers by name, or the largest size, error or clip fraction first.
    private static func sorted(_ order: LayerTree.Order, _ table: LayerTable) -> [Int] {
        let layers = table.structure.layers
        switch order {
        case .model: return Array(layers.indices)
        case .name: return table.structure.byName
        case .size: return ranked(layers.map { Double($0.shape.elementCount) })
        case .error: return ranked(table.figures.map { $0?.relativeError ?? -1 })
        case .clip: return ranked(table.figures.map { $0?.clippedFraction ?? -1 })
        }
    }

    private static func ranked(_ ranks: [Double]) -> [Int] {
        ranks.indices.sorted { ranks[$0] == ranks[$1] ? $0 < $1 : ranks[$0] > ranks[$1] }
    }
}

extension LayerHierarchy.Entry {
    /// Whether it is a heading.
    var isGroup: Bool { if case .group = self { true } else { false } }
}
