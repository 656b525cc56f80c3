import NibbleJSON

/// How the files beside `tokenizer.json` name tokens.
enum SpecialTokenNames {
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
