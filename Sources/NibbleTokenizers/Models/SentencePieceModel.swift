/// SentencePiece's merging: of all neighbours that make a token, those merge first whose token has the highest score.
///
/// Source: Kudo, Richardson, “SentencePiece: A simple and language independent subword tokenizer”, 2018, with bytes for
/// characters that no token has, as llama.cpp runs it.
struct SentencePieceModel: TokenModel {
    let vocabulary: [[UInt8]: Int]
    /// Place of each token by its score, the highest first; equal scores have equal places.
    private let ranks: [UInt32]
    /// The token of each byte.
    private let byteTokens: [Int?]

    /// A model of tokens with their scores; `unknown` stands for bytes without a token.
    init(tokens: [[UInt8]], scores: [Float], unknown: Int?) {
        var vocabulary: [[UInt8]: Int] = [:]
        vocabulary.reserveCapacity(tokens.count)
        for (id, token) in tokens.enumerated() where !token.isEmpty { vocabulary[token] = id }
        self.vocabulary = vocabulary
        ranks = Self.ranks(tokens.indices.map { scores.indices.contains($0) ? scores[$0] : 0 })
        byteTokens = (0...255).map { byte in
            vocabulary[BytePairEncoding.byteName(byte)] ?? vocabulary[[UInt8(byte)]] ?? unknown
        }
    }

    private static func ranks(_ scores: [Float]) -> [UInt32] {
        let scores = scores.map { $0.isNaN ? -Float.infinity : $0 }
        let order = scores.indices.sorted { scores[$0] > scores[$1] }
        var ranks = [UInt32](repeating: 0, count: scores.count)
        var rank: UInt32 = 0
        for (place, token) in order.enumerated() {
            if place > 0, scores[token] < scores[order[place - 1]] {
                rank = UInt32(truncatingIfNeeded: place)
            }
            ranks[token] = rank
        }
        return ranks
    }

    func encode(_ word: ArraySlice<UInt8>) -> [Int] {
        let word = Array(word)
        var symbols = Symbols(word)
        var heap = MergeHeap()
        for place in symbols.lengths.indices.dropLast() { push(place, word, symbols, &heap) }
        while let item = heap.pop() {
            // An entry whose symbols have merged with others since is out of date.
            guard symbols.pair(at: item.position) == item.pair else { continue }
            symbols.merge(at: item.position)
            push(symbols.previous[item.position], word, symbols, &heap)
            push(item.position, word, symbols, &heap)
        }
        return symbols.pieces.flatMap { tokens(of: word[$0]) }
    }

    private func tokens(of piece: ArraySlice<UInt8>) -> [Int] {
        if let token = vocabulary[Array(piece)] { return [token] }
        return piece.compactMap { byteTokens[Int($0)] }
    }

    private func push(_ place: Int, _ word: [UInt8], _ symbols: Symbols, _ heap: inout MergeHeap) {
        guard let pair = symbols.pair(at: place), let both = symbols.range(ofPairAt: place),
            let token = vocabulary[Array(word[both])]
        else { return }
        heap.push(MergeHeap.Item(rank: ranks[token], position: place, pair: pair))
    }
}

/// The pieces of a word while they merge: a linked list over its characters.
private struct Symbols {
    private let starts: [Int]
    /// Bytes of each piece; 0 once it is part of the one before it.
    private(set) var lengths: [Int]
    /// The piece before each; −1 for none.
    private(set) var previous: [Int]
    private var next: [Int]

    init(_ word: [UInt8]) {
        starts = word.indices.filter { word[$0] & 0xC0 != 0x80 || $0 == 0 }
        lengths = zip(starts, starts.dropFirst() + [word.count]).map { $1 - $0 }
        previous = starts.indices.map { $0 - 1 }
        next = starts.indices.map { $0 + 1 }
    }

    /// The lengths of a piece and the one after it, which tell whether either has changed.
    func pair(at place: Int) -> BytePairEncoding.Pair? {
        guard lengths.indices.contains(place), lengths[place] > 0, next[place] < lengths.count else {
            return nil
        }
        return BytePairEncoding.Pair(
            UInt32(truncatingIfNeeded: lengths[place]), UInt32(truncatingIfNeeded: lengths[next[place]]))
    }

    func range(ofPairAt place: Int) -> Range<Int>? {
        guard next[place] < lengths.count else { return nil }
        return starts[place]..<starts[place] + lengths[place] + lengths[next[place]]
    }

    mutating func merge(at place: Int) {
        let gone = next[place]
        lengths[place] += lengths[gone]
        lengths[gone] = 0
        next[place] = next[gone]
        if next[gone] < lengths.count { previous[next[gone]] = place }
    }

    /// The pieces that are left, in order.
    var pieces: [Range<Int>] {
        starts.indices.filter { lengths[$0] > 0 }.map { starts[$0]..<starts[$0] + lengths[$0] }
    }
}
