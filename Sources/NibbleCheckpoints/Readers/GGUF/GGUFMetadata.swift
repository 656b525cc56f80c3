/// The metadata of a GGUF file: its values, and where each stands in the file.
public struct GGUFMetadata: Sendable {
    /// The keys in the order of the file.
    public let keys: [String]
    /// The value of each key.
    public let values: [String: GGUFValue]
    /// The bytes of each value in the file, the number of its type first.
    let ranges: [String: Range<Int>]

    /// The value of a key.
    public subscript(key: String) -> GGUFValue? { values[key] }

    /// A value as `file` stores it, for a file that is written with it; nil if there is none of that key.
    public func stored(_ key: String, in file: MappedFile) -> GGUFField? {
        guard let range = ranges[key], range.upperBound <= file.count else { return nil }
        return file.withUnsafeBytes { .stored(Array($0[range])) }
    }
}
