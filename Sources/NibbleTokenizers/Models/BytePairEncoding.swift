/// Byte-pair encoding (Sennrich et al. 2016): the neighbours with the lowest rank merge until none is left.
struct BytePairEncoding: Sendable {
    /// Token number of each piece, by its bytes.
    let vocabulary: [[UInt8]: Int]
    /// Rank and result of each mergeable pair of tokens.
    let merges: [Pair: (rank: Int, merged: Int)]
    /// Token of an unknown character, if any.
    let unknown: Int?
    /// Tokens of single bytes, for characters outside the vocabulary; empty without byte fallback.
    let byteTokens: [Int?]
    /// Whether a word that is a token needs no merges.
    let ignoresMerges: Bool
    /// Whether neighbouring unknown characters become one token.
    let fusesUnknown: Bool

    /// Two neighbouring tokens.
    struct Pair: Hashable, Sendable {
        let left, right: Int
    }

    /// The tokens of one word, given as UTF-8.
    func encode(_ word: [UInt8]) -> [Int] {
        if ignoresMerges, let token = vocabulary[word] { return [token] }
        var tokens = initialTokens(word)
        guard tokens.count > 1 else { return tokens }
        merge(&tokens)
        return tokens
    }

    private func initialTokens(_ word: [UInt8]) -> [Int] {
        var tokens: [Int] = []
        var wasUnknown = false
        for scalar in String(decoding: word, as: UTF8.self).unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if let token = vocabulary[bytes] {
                tokens.append(token)
                wasUnknown = false
            } else if let fallback = byteFallback(bytes) {
                tokens += fallback
                wasUnknown = false
            } else if let unknown {
                if !(fusesUnknown && wasUnknown) { tokens.append(unknown) }
                wasUnknown = true
            }
        }
        return tokens
    }

    private func byteFallback(_ bytes: [UInt8]) -> [Int]? {
        guard !byteTokens.isEmpty else { return nil }
        let tokens = bytes.compactMap { byteTokens[Int($0)] }
        return tokens.count == bytes.count ? tokens : nil
    }

    /// Merges over a linked list with a heap of candidates, so that a long word takes n·log n steps.
    private func merge(_ tokens: inout [Int]) {
        var next = Array(1...tokens.count)
        var previous = Array(-1..<tokens.count - 1)
        var heap = MergeHeap()
        func push(_ left: Int, _ tokens: [Int], _ next: [Int], _ heap: inout MergeHeap) {
            guard left >= 0, next[left] < tokens.count else { return }
            let pair = Pair(left: tokens[left], right: tokens[next[left]])
            if let found = merges[pair] { heap.push(MergeHeap.Item(rank: found.rank, position: left, pair: pair)) }
        }
        for left in 0..<tokens.count - 1 { push(left, tokens, next, &heap) }
        while let item = heap.pop() {
            let left = item.position
            let right = next[left]
            guard tokens[left] == item.pair.left, right < tokens.count, tokens[right] == item.pair.right,
                let merged = merges[item.pair]?.merged
            else { continue }
            tokens[left] = merged
            tokens[right] = -1
            next[left] = next[right]
            if next[left] < tokens.count { previous[next[left]] = left }
            push(previous[left], tokens, next, &heap)
            push(left, tokens, next, &heap)
        }
        tokens.removeAll { $0 < 0 }
    }
}

/// Candidates for merging, the lowest rank first and the leftmost among equals.
struct MergeHeap {
    struct Item {
        let rank, position: Int
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
            let children = [2 * parent + 1, 2 * parent + 2].filter { $0 < items.count }
            guard let least = children.min(by: { items[$0].precedes(items[$1]) }), items[least].precedes(items[parent])
            else { return first }
            items.swapAt(parent, least)
            parent = least
        }
    }
}
