/// Text split into words: one row of bytes, and where each word ends.
///
/// One allocation serves all words of a piece of text; a separate array for each would cost more than the merging.
struct Words: Sendable {
    /// All words, one after the other, as UTF-8.
    private(set) var bytes: [UInt8] = []
    /// Where each word ends; it begins where the one before ends.
    private(set) var ends: [Int] = []

    /// No word.
    init() {}

    /// One word, or none if it is empty.
    init(_ word: [UInt8]) {
        bytes = word
        endWord()
    }

    /// How many words there are.
    var count: Int { ends.count }

    /// The words, in order.
    var slices: [ArraySlice<UInt8>] {
        var start = 0
        return ends.map { end in
            defer { start = end }
            return bytes[start..<end]
        }
    }

    /// Adds a byte to the word that is being written.
    mutating func append(_ byte: UInt8) { bytes.append(byte) }

    /// Adds bytes to the word that is being written.
    mutating func append(_ more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }

    /// Ends the word that is being written; an empty one is no word.
    mutating func endWord() {
        if bytes.count > ends.last ?? 0 { ends.append(bytes.count) }
    }

    /// Makes room for so many bytes.
    mutating func reserve(_ byteCount: Int) { bytes.reserveCapacity(byteCount) }
}
