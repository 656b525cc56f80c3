import NibbleTransformers

/// The groups of a model's layers as a tree: blocks, and inside them experts, as the layers' paths name them.
///
/// Made once for a model. Layers and groups are known by their numbers; a group's layers lie side by side in `order`.
struct LayerHierarchy: Sendable {
    /// A heading of the tree with what stands under it.
    struct Group: Sendable {
        /// The path from the model's root: `layers.7.mlp.experts.3`.
        let path: String
        /// What it adds to the group around it: `mlp.experts.3`.
        let title: String
        /// The group around it; nil at the root.
        let parent: Int?
        /// How many groups are around it.
        let depth: Int
        /// Its layers' places in `order`.
        var layers: Range<Int>
        /// What stands under the heading, in `entries`.
        var entries: Range<Int>
    }

    /// One heading or layer.
    enum Entry: Hashable, Sendable {
        case group(Int)
        case layer(Int)
    }

    /// All groups; each before those inside it.
    private(set) var groups: [Group] = []
    /// The whole tree from top to bottom.
    private(set) var entries: [Entry] = []
    /// The layers from top to bottom.
    private(set) var order: [Int] = []
    /// The innermost group of each layer; nil outside of groups.
    private(set) var innermost: [Int?]

    /// The tree of some layers.
    ///
    /// - Complexity: O(*n*) for *n* layers.
    init(_ paths: [LayerPath]) {
        innermost = Array(repeating: nil, count: paths.count)
        var root = Node()
        var nodes: [Node] = []
        var numbers: [String: Int] = [:]
        for (layer, path) in paths.enumerated() {
            var around: Int?
            for group in path.groups {
                let number = numbers[group] ?? nodes.count
                if number == nodes.count {
                    numbers[group] = number
                    nodes.append(Node(path: group))
                    if let around { nodes[around].content.append(.group(number)) }
                    if around == nil { root.content.append(.group(number)) }
                }
                around = number
            }
            if let around {
                nodes[around].content.append(.layer(layer))
            } else {
                root.content.append(.layer(layer))
            }
        }
        place(root, nodes, around: nil)
    }

    private struct Node {
        var path = ""
        var content: [Entry] = []
    }

    /// Puts what a node holds at the end of the tree, depth first.
    private mutating func place(_ node: Node, _ nodes: [Node], around parent: Int?) {
        for entry in node.content {
            switch entry {
            case .layer(let layer):
                innermost[layer] = parent
                entries.append(entry)
                order.append(layer)
            case .group(let number):
                let group = groups.count
                let path = nodes[number].path
                let title = parent.map { String(path.dropFirst(groups[$0].path.count + 1)) } ?? path
                groups.append(
                    Group(
                        path: path, title: title, parent: parent,
                        depth: parent.map { groups[$0].depth + 1 } ?? 0,
                        layers: order.count..<order.count, entries: entries.count..<entries.count))
                entries.append(.group(group))
                let (firstLayer, firstEntry) = (order.count, entries.count)
                place(nodes[number], nodes, around: group)
                groups[group].layers = firstLayer..<order.count
                groups[group].entries = firstEntry..<entries.count
            }
        }
    }

    /// The groups around an entry from the innermost to the outermost.
    func groups(around entry: Entry) -> some Sequence<Int> {
        let first =
            switch entry {
            case .layer(let layer): innermost[layer]
            case .group(let group): groups[group].parent
            }
        return sequence(state: first) { next -> Int? in
            defer { next = next.flatMap { groups[$0].parent } }
            return next
        }
    }

    /// The entries right under a heading, or at the root without one; those inside inner groups are passed over.
    func children(of group: Int?) -> some Sequence<Entry> {
        let range = group.map { groups[$0].entries } ?? entries.indices
        return sequence(state: range.lowerBound) { next -> Entry? in
            guard next < range.upperBound else { return nil }
            let entry = entries[next]
            if case .group(let inner) = entry { next = groups[inner].entries.upperBound } else { next += 1 }
            return entry
        }
    }
}
