import NibbleQuantization
import NibbleTransformers

/// Builds the visible rows of the tree from the model's layers and what the tree remembers.
enum LayerTreeRows {
    /// The rows from top to bottom.
    ///
    /// - Parameter rank: a layer's size, error or clip fraction, for the orders by these (largest first).
    static func rows(
        of layers: [LinearLayer], tree: LayerTree, rank: (LinearLayer) -> Double
    ) -> [LayerTreeRow] {
        let shown = filtered(layers, by: tree.filter)
        switch tree.order {
        case .model: return grouped(shown, foldedBlocks: tree.foldedBlocks)
        case .name: return flat(shown.sorted { $0.id.name < $1.id.name })
        case .size, .error, .clip:
            let ranked = shown.enumerated().map {
                (offset: $0.offset, layer: $0.element, rank: rank($0.element))
            }
            return flat(
                ranked.sorted { $0.rank == $1.rank ? $0.offset < $1.offset : $0.rank > $1.rank }.map(\.layer))
        }
    }

    /// The layers whose canonical name matches `filter` somewhere; all of them while it is not a valid expression.
    static func filtered(_ layers: [LinearLayer], by filter: String) -> [LinearLayer] {
        guard !filter.isEmpty, var matcher = LayerPattern(filter)?.matcher(.part) else { return layers }
        return layers.filter { matcher.matches($0.id.name) }
    }

    private static func flat(_ layers: [LinearLayer]) -> [LayerTreeRow] {
        layers.map { LayerTreeRow(id: .layer($0.id), depth: 0, isLastOfBlock: false, layers: [$0.id]) }
    }

    private static func grouped(_ layers: [LinearLayer], foldedBlocks: Set<Int>) -> [LayerTreeRow] {
        var rows: [LayerTreeRow] = []
        var index = 0
        while index < layers.count {
            guard let block = layers[index].block else {
                rows += flat([layers[index]])
                index += 1
                continue
            }
            let end = layers[index...].firstIndex { $0.block != block } ?? layers.count
            rows += blockRows(block, layers[index..<end], isFolded: foldedBlocks.contains(block))
            index = end
        }
        return rows
    }

    private static func blockRows(
        _ block: Int, _ layers: ArraySlice<LinearLayer>, isFolded: Bool
    ) -> [LayerTreeRow] {
        let heading = LayerTreeRow(
            id: .block(block), depth: 0, isLastOfBlock: false, layers: layers.map(\.id))
        guard !isFolded else { return [heading] }
        return [heading]
            + layers.map {
                LayerTreeRow(
                    id: .layer($0.id), depth: 1, isLastOfBlock: $0.id == layers.last?.id, layers: [$0.id])
            }
    }
}
