/// Whole numbers and pieces of bytes, one after the other, never beyond the end.
struct ByteReader {
    private let all: [UInt8]
    /// Where the next piece begins.
    var place: Int
    /// Whether the byte of least weight comes first.
    var isLittleEndian = false

    init(_ bytes: [UInt8], place: Int = 0) {
        all = bytes
        self.place = place
    }

    /// The next `count` bytes; nil where there are fewer.
    mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
        guard place >= 0, place <= all.count, count >= 0, count <= all.count - place else { return nil }
        defer { place += count }
        return all[place..<place + count]
    }

    /// A whole number without sign of up to 4 bytes; nil at the end.
    mutating func integer(_ count: Int) -> Int? {
        guard let bytes = bytes(count) else { return nil }
        return (isLittleEndian ? Array(bytes.reversed()) : Array(bytes)).reduce(0) { $0 << 8 | Int($1) }
    }
}
