/// Candidates for merging, the lowest rank first and the leftmost among equals.
struct MergeHeap {
    /// A pair of neighbours that could merge.
    struct Item {
        let rank: UInt32
        let position: Int
        let pair: BytePairEncoding.Pair

        func precedes(_ other: Item) -> Bool {
            rank != other.rank ? rank < other.rank : position < other.position
        }
    }

    private var items: [Item] = []

    mutating func push(_ item: Item) {
        items.append(item)
        var child = items.count - 1
        while child > 0, items[child].precedes(items[(child - 1) / 2]) {
            items.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func pop() -> Item? {
        guard let first = items.first, let last = items.popLast() else { return nil }
        guard !items.isEmpty else { return first }
        items[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in 2 * parent + 1...2 * parent + 2 where child < items.count {
                if items[child].precedes(items[least]) { least = child }
            }
            if least == parent { return first }
            items.swapAt(parent, least)
            parent = least
        }
    }
}

/// The tokens of a word as a doubly linked list, in which two neighbours become one in constant time.
struct LinkedTokens {
    private var tokens: [UInt32]
    private var isGone: [Bool]
    private var next: [Int]
    /// The position before each; -1 before the first.
    private(set) var previous: [Int]

    /// A list of at least one token.
    init(_ tokens: [UInt32]) {
        self.tokens = tokens
        isGone = Array(repeating: false, count: tokens.count)
        next = tokens.indices.map { $0 + 1 }
        previous = tokens.indices.map { $0 - 1 }
    }

    /// The token at a position and the one after it; nil if either is missing.
    func pair(at position: Int) -> BytePairEncoding.Pair? {
        guard position >= 0, !isGone[position], next[position] < tokens.count else { return nil }
        return BytePairEncoding.Pair(tokens[position], tokens[next[position]])
    }

    /// Puts `token` in the place of the one at `position` and the one after it.
    mutating func merge(at position: Int, into token: UInt32) {
        let right = next[position]
        tokens[position] = token
        isGone[right] = true
        next[position] = next[right]
        if next[right] < tokens.count { previous[next[right]] = position }
    }

    /// What is left, in order.
    var remaining: [UInt32] { zip(tokens, isGone).filter { !$1 }.map(\.0) }
}
