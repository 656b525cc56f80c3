import NibbleKernels

/// What one kind of file calls the tensors of an architecture: the only place that knows, for readers and writers alike.
///
/// Canonical paths stand at the left, names in the file at the right, without `.weight` and `.bias`; `#` stands for a
/// number, in the same order on both sides.
///
///     NameTable(["layers.#.attn.q_proj": "model.layers.#.self_attn.q_proj"])
///         .place(of: "layers.7.attn.q_proj").name   // "model.layers.7.self_attn.q_proj"
public struct NameTable: Sendable {
    /// A tensor that holds several layers, the rows of one behind those of the other.
    public struct Joined: Sendable {
        /// Its name in the file.
        public let name: String
        /// The layers that it holds, in the order of their rows.
        public let members: [String]

        /// A tensor of some layers.
        public init(_ name: String, _ members: [String]) {
            self.name = name
            self.members = members
        }
    }

    /// Names by canonical path.
    public var names: [String: String]
    /// Tensors that hold several layers.
    public var joined: [Joined] = []
    /// Tensors of three dimensions that hold a layer of every expert, by the canonical path of these layers.
    public var stacked: [String: String] = [:]
    /// Paths whose tensors have a row for each input channel.
    public var transposed: Set<String> = []
    /// What stands before names in files of a model with a head, and may be missing.
    public var prefix = ""
    /// Paths without the prefix: those of heads.
    public var unprefixed: Set<String> = []
    /// Older words for `weight` and `bias` at the end of norms' names.
    public var olderEndings: [Parameter.Ending: String] = [:]
    /// Ends of names, with `#` for numbers, of tensors that change nothing.
    public var harmless: Set<String> = []
    /// Which numbers of a head turn together in the rows of query and key projections.
    public var pairing = RotaryEmbedding.Pairing.halves

    /// A table of names.
    public init(_ names: [String: String]) { self.names = names }

    /// The table with some names added or changed.
    public func adding(_ more: [String: String]) -> NameTable {
        var table = self
        table.names.merge(more) { $1 }
        return table
    }

    /// Where a canonical path's numbers lie.
    public struct Place: Hashable, Sendable {
        /// The tensor's name without its ending.
        public let name: String
        /// The canonical paths of the layers that one tensor holds; this one alone where it's the only one.
        public let members: [String]
        /// The expert within a tensor of three dimensions.
        public let slice: Int?
        /// Whether the tensor has a row for each input channel.
        public let isTransposed: Bool
    }

    /// The place of a canonical path; a path that the table doesn't list is called the same in the file.
    public func place(of path: String, hasPrefix: Bool = true) -> Place {
        let pattern = Pattern(path)
        func named(_ name: String, _ key: String) -> String {
            let filled = pattern.filling(name)
            return hasPrefix && !unprefixed.contains(key) ? prefix + filled : filled
        }
        let isTransposed = transposed.contains(pattern.text)
        if let group = joined.first(where: { $0.members.contains(pattern.text) }) {
            return Place(
                name: named(group.name, pattern.text), members: group.members.map(pattern.filling),
                slice: nil, isTransposed: isTransposed)
        }
        if let name = stacked[pattern.text] {
            return Place(
                name: named(name, pattern.text), members: [path], slice: pattern.numbers.last,
                isTransposed: isTransposed)
        }
        return Place(
            name: named(names[pattern.text] ?? pattern.text, pattern.text), members: [path], slice: nil,
            isTransposed: isTransposed)
    }
}

/// A path whose numbers are replaced by `#`, and these numbers.
struct Pattern {
    let text: String
    let numbers: [Int]

    init(_ path: String) {
        var numbers: [Int] = []
        let words = path.split(separator: ".", omittingEmptySubsequences: false).map { word -> Substring in
            guard let number = Int(word), word.allSatisfy(\.isNumber) else { return word }
            numbers.append(number)
            return "#"
        }
        text = words.joined(separator: ".")
        self.numbers = numbers
    }

    /// `name` with its `#` replaced by the numbers in order.
    func filling(_ name: String) -> String {
        var remaining = numbers[...]
        return name.split(separator: ".", omittingEmptySubsequences: false)
            .map { $0 == "#" ? remaining.popFirst().map { "\($0)" } ?? "#" : String($0) }
            .joined(separator: ".")
    }
}
