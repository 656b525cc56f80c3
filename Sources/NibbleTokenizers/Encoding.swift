/// The tokens of one text or of a pair of texts, as encoders take them.
///
/// ```swift
/// let encoding = tokenizer.encode("How old is she?", pair: "She is six.")
/// encoding.types                                          // 0 for the question, 1 for the answer
/// ```
public struct Encoding: Sendable, Equatable {
    /// The number of each token.
    public private(set) var ids: [Int] = []
    /// Which text each token belongs to, in the model's own count (`token_type_ids`).
    public private(set) var types: [Int] = []
    /// Whether the post-processor has put each token there, so that it stands for no text (`special_tokens_mask`).
    public private(set) var isSpecial: [Bool] = []

    /// No token.
    init() {}

    /// Tokens of one type.
    init(_ ids: [Int], type: Int, isSpecial: Bool = false) {
        self.ids = ids
        types = [Int](repeating: type, count: ids.count)
        self.isSpecial = [Bool](repeating: isSpecial, count: ids.count)
    }

    /// The same tokens with another type.
    func ofType(_ type: Int) -> Encoding {
        var result = self
        result.types = [Int](repeating: type, count: ids.count)
        return result
    }

    /// Adds tokens at the end.
    mutating func append(_ other: Encoding) {
        ids += other.ids
        types += other.types
        isSpecial += other.isSpecial
    }

    /// All of several, in order.
    static func joined(_ encodings: [Encoding]) -> Encoding {
        guard var result = encodings.first else { return Encoding() }
        for other in encodings.dropFirst() { result.append(other) }
        return result
    }
}
