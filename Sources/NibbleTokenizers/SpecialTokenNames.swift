import NibbleJSON

/// The tokens that begin and end a text (BOS, EOS), as the files beside `tokenizer.json` name them.
struct SpecialTokenNames {
    /// The text of the token that begins a text.
    var beginOfText: [UInt8]?
    /// The texts of tokens that end a text.
    var endOfText: [[UInt8]] = []
    /// The numbers of tokens that end a text.
    var endOfTextNumbers: Set<Int> = []

    /// A token is named by its text, or by an object that holds it.
    static func content(_ json: JSONValue?) -> [UInt8]? { json?.bytes ?? json?["content"]?.bytes }

    /// A number, or a list of numbers.
    static func numbers(_ json: JSONValue?) -> Set<Int> {
        Set(
            (json?.array ?? [json].compactMap { $0 }).compactMap(\.integer).filter {
                (0..<(1 << 26)).contains($0)
            })
    }
}
