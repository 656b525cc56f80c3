/// Byte-pair encoding: the neighbours with the lowest rank merge until none is left.
///
/// Source: Sennrich, Haddow, Birch, “Neural Machine Translation of Rare Words with Subword Units”, 2016.
struct BytePairEncoding: FileTokenModel {
    static let types = ["BPE"]

    let vocabulary: [[UInt8]: Int]
    /// What each mergeable pair of tokens becomes.
    private let merges: [Pair: Merge]
    /// The token of each character that is a token by itself.
    private let characters: CharacterTokens
    /// Token of an unknown character, if any.
    private let unknown: UInt32?
    /// Tokens of single bytes, for characters outside the vocabulary; empty without byte fallback.
    private let byteTokens: [UInt32?]
    /// Whether a word that is a token needs no merges.
    private let ignoresMerges: Bool
    /// Whether neighbouring unknown characters become one token.
    private let fusesUnknown: Bool

    /// Two neighbouring tokens in one word of memory, which hashes faster than a pair of numbers.
    struct Pair: Hashable, Sendable {
        let both: UInt64

        init(_ left: UInt32, _ right: UInt32) { both = UInt64(left) << 32 | UInt64(right) }
    }

    /// Rank of a merge, the lowest first, and the token that it makes.
    struct Merge: Sendable {
        let rank, token: UInt32
    }

    /// What a file may choose besides vocabulary and merges.
    struct Options: Sendable {
        var unknown: Int?
        var byteTokens: [Int?] = []
        var ignoresMerges = false
        var fusesUnknown = false
    }

    /// A model from its parts; numbers of tokens lie in 0..<2²⁶.
    init(vocabulary: [[UInt8]: Int], merges: [Pair: Merge], options: Options) {
        self.vocabulary = vocabulary
        self.merges = merges
        characters = CharacterTokens(vocabulary)
        unknown = options.unknown.map { UInt32(truncatingIfNeeded: $0) }
        byteTokens = options.byteTokens.map { $0.map { UInt32(truncatingIfNeeded: $0) } }
        ignoresMerges = options.ignoresMerges
        fusesUnknown = options.fusesUnknown
    }

    func encode(_ word: ArraySlice<UInt8>) -> [Int] {
        if ignoresMerges, let token = vocabulary[Array(word)] { return [token] }
        var tokens = initialTokens(word)
        if tokens.count > Self.longestScanned {
            mergeByHeap(&tokens)
        } else if tokens.count > 1 {
            mergeByScanning(&tokens)
        }
        return tokens.map(Int.init)
    }

    /// Up to here, looking at every pair for each merge is faster than keeping a heap.
    private static let longestScanned = 32

    private func initialTokens(_ word: ArraySlice<UInt8>) -> [UInt32] {
        var tokens: [UInt32] = []
        tokens.reserveCapacity(word.count)
        var wasUnknown = false
        for scalar in String(decoding: word, as: UTF8.self).unicodeScalars {
            if let token = characters[scalar] {
                tokens.append(token)
                wasUnknown = false
            } else if appendBytes(of: scalar, to: &tokens) {
                wasUnknown = false
            } else if let unknown {
                if !(fusesUnknown && wasUnknown) { tokens.append(unknown) }
                wasUnknown = true
            }
        }
        return tokens
    }

    /// Appends a token for each byte of a character; false if one is missing.
    private func appendBytes(of scalar: Unicode.Scalar, to tokens: inout [UInt32]) -> Bool {
        guard !byteTokens.isEmpty else { return false }
        let count = tokens.count
        for byte in UTF8.encode(scalar).map(Array.init) ?? [] {
            guard let token = byteTokens[Int(byte)] else {
                tokens.removeLast(tokens.count - count)
                return false
            }
            tokens.append(token)
        }
        return true
    }

    private func mergeByScanning(_ tokens: inout [UInt32]) {
        var found = zip(tokens, tokens.dropFirst()).map { merges[Pair($0, $1)] }
        while let best = Self.lowest(found) {
            tokens[best.place] = best.merge.token
            tokens.remove(at: best.place + 1)
            found.remove(at: best.place)
            if best.place > 0 {
                found[best.place - 1] = merges[Pair(tokens[best.place - 1], tokens[best.place])]
            }
            if best.place < found.count {
                found[best.place] = merges[Pair(tokens[best.place], tokens[best.place + 1])]
            }
        }
    }

    private static func lowest(_ found: [Merge?]) -> (place: Int, merge: Merge)? {
        var best: (place: Int, merge: Merge)?
        for (place, merge) in found.enumerated() {
            guard let merge, best.map({ merge.rank < $0.merge.rank }) ?? true else { continue }
            best = (place, merge)
        }
        return best
    }

    /// Merges over a linked list with a heap of candidates, so that a long word takes n·log n steps.
    private func mergeByHeap(_ tokens: inout [UInt32]) {
        var list = LinkedTokens(tokens)
        var heap = MergeHeap()
        for left in 0..<tokens.count - 1 { push(left, list, &heap) }
        while let item = heap.pop() {
            // An entry whose tokens have merged with others since is out of date.
            guard list.pair(at: item.position) == item.pair, let merge = merges[item.pair] else { continue }
            list.merge(at: item.position, into: merge.token)
            push(list.previous[item.position], list, &heap)
            push(item.position, list, &heap)
        }
        tokens = list.remaining
    }

    private func push(_ left: Int, _ list: LinkedTokens, _ heap: inout MergeHeap) {
        guard let pair = list.pair(at: left), let merge = merges[pair] else { return }
        heap.push(MergeHeap.Item(rank: merge.rank, position: left, pair: pair))
    }
}

/// The token of each single character: a table for ASCII, which is nearly all of most text.
private struct CharacterTokens: Sendable {
    private var ascii = [UInt32?](repeating: nil, count: 128)
    private var others: [Unicode.Scalar: UInt32] = [:]

    init(_ vocabulary: [[UInt8]: Int]) {
        for (piece, id) in vocabulary where piece.count <= 4 {
            let scalars = String(decoding: piece, as: UTF8.self).unicodeScalars
            guard let scalar = scalars.first, scalars.count == 1 else { continue }
            let token = UInt32(truncatingIfNeeded: id)
            if scalar.isASCII { ascii[Int(scalar.value)] = token } else { others[scalar] = token }
        }
    }

    subscript(scalar: Unicode.Scalar) -> UInt32? {
        scalar.isASCII ? ascii[Int(scalar.value)] : others[scalar]
    }
}
