/// Where a layer stands in a model, the same whatever the file calls it: `layers.7.mlp.experts.3.down_proj`.
///
/// A path is words divided by dots, in which a number counts what the word before it names: block 7 of the stack
/// `layers`, expert 3 of its feed-forward part. Each number ends a *group*: `layers.7`, then
/// `layers.7.mlp.experts.3`. A tree of layers has as many levels as its paths have groups.
///
///     LayerPath("layers.7.mlp.experts.3.down_proj").groups   // ["layers.7", "layers.7.mlp.experts.3"]
///     LayerPath("layers.7.attn.q_proj").lastWords             // "attn.q_proj"
///     LayerPath("lm_head").groups                             // []
public struct LayerPath: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The whole path.
    public let name: String

    /// A layer by its canonical name.
    public init(_ name: String) { self.name = name }

    /// The words and numbers between the dots.
    public var words: [Substring] { name.split(separator: ".", omittingEmptySubsequences: false) }

    /// The groups around the layer from the outermost to the innermost, each by its path from the model's root.
    ///
    /// A number that stands first names nothing, and one that stands last is the layer's own.
    public var groups: [String] {
        var groups: [String] = []
        var end = name.startIndex
        for word in words {
            let start = word.startIndex
            end = word.endIndex
            if start > name.startIndex, end < name.endIndex, Self.isNumber(word) {
                groups.append(String(name[..<end]))
            }
        }
        return groups
    }

    /// The path below the innermost group: what tells the layer from its neighbours there.
    public var lastWords: String {
        guard let group = groups.last else { return name }
        return String(name.dropFirst(group.count + 1))
    }

    /// The number of the outermost group: the block's in a stack of blocks; nil outside of blocks.
    public var block: Int? { words.dropFirst().dropLast().first(where: Self.isNumber).flatMap { Int($0) } }

    private static func isNumber(_ word: Substring) -> Bool {
        !word.isEmpty && word.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// The whole path.
    public var description: String { name }

    /// By name.
    public static func < (first: LayerPath, second: LayerPath) -> Bool { first.name < second.name }
}
