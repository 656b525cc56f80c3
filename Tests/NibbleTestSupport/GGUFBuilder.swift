/// Writes GGUF files part by part, so that a test can make any part wrong.
public struct GGUFBuilder {
    /// A tensor as the header lists it; lengths innermost first.
    public struct Tensor {
        /// Its name in UTF-8.
        public var name: [UInt8]
        /// Its lengths, innermost first.
        public var lengths: [UInt64]
        /// Its type’s number.
        public var type: UInt32
        /// Where it begins in the data.
        public var offset: UInt64
    }

    /// The first four bytes.
    public var magic = Array("GGUF".utf8)
    /// The version.
    public var version: UInt32 = 3
    /// Keys with the bytes of type and value.
    public var pairs: [(key: [UInt8], value: [UInt8])] = []
    /// The tensors.
    public var tensors: [Tensor] = []
    /// A count of tensors in place of the true one.
    public var tensorCount: UInt64?
    /// A count of values in place of the true one.
    public var pairCount: UInt64?
    /// Where tensors may begin: multiples of this.
    public var alignment = 32
    /// Bytes of data, all zero.
    public var dataCount = 0

    /// A file without tensors and metadata.
    public init() {}

    /// The file.
    public var bytes: [UInt8] {
        var file = magic + Self.number(version)
        file += Self.number(tensorCount ?? UInt64(tensors.count))
        file += Self.number(pairCount ?? UInt64(pairs.count))
        for pair in pairs { file += Self.text(pair.key) + pair.value }
        for tensor in tensors {
            file += Self.text(tensor.name) + Self.number(UInt32(tensor.lengths.count))
            for length in tensor.lengths { file += Self.number(length) }
            file += Self.number(tensor.type) + Self.number(tensor.offset)
        }
        let padding = (alignment - file.count % alignment) % alignment
        return file + [UInt8](repeating: 0, count: padding + dataCount)
    }

    /// A number, lowest byte first.
    public static func number<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian, Array.init)
    }

    /// A text: its length, then its bytes.
    public static func text(_ text: [UInt8]) -> [UInt8] { number(UInt64(text.count)) + text }

    /// Type and value of a text.
    public static func value(_ text: String) -> [UInt8] { number(UInt32(8)) + self.text(Array(text.utf8)) }

    /// Type and value of a 32-bit number.
    public static func value(_ number: UInt32) -> [UInt8] { self.number(UInt32(4)) + self.number(number) }

    /// Type and value of a list of texts.
    public static func value(_ texts: [String]) -> [UInt8] {
        number(UInt32(9)) + number(UInt32(8)) + number(UInt64(texts.count))
            + texts.flatMap { text(Array($0.utf8)) }
    }

    /// Adds a tensor at the next place; `byteCount` are its true bytes.
    public mutating func add(_ name: String, _ lengths: [UInt64], type: UInt32, byteCount: Int) {
        let start = (dataCount + alignment - 1) / alignment * alignment
        tensors.append(Tensor(name: Array(name.utf8), lengths: lengths, type: type, offset: UInt64(start)))
        dataCount = start + byteCount
    }

    /// A small right file.
    public static var small: GGUFBuilder {
        var file = GGUFBuilder()
        file.pairs = [
            (Array("general.architecture".utf8), value("llama")),
            (Array("llama.block_count".utf8), value(2)),
            (Array("tokenizer.ggml.tokens".utf8), value(["a", "é", ""])),
        ]
        file.add("a", [64, 2], type: 8, byteCount: 136)
        file.add("b", [3], type: 0, byteCount: 12)
        file.add("c", [256], type: 12, byteCount: 144)
        return file
    }
}
