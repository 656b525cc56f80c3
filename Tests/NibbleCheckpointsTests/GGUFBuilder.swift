/// Writes GGUF files part by part, so that a test can make any part wrong.
struct GGUFBuilder {
    /// A tensor as the header lists it; lengths innermost first.
    struct Tensor {
        var name: [UInt8]
        var lengths: [UInt64]
        var type: UInt32
        var offset: UInt64
    }

    var magic = Array("GGUF".utf8)
    var version: UInt32 = 3
    /// Keys with the bytes of type and value.
    var pairs: [(key: [UInt8], value: [UInt8])] = []
    var tensors: [Tensor] = []
    /// Counts in place of the true ones.
    var tensorCount: UInt64?
    var pairCount: UInt64?
    var alignment = 32
    var dataCount = 0

    /// The file.
    var bytes: [UInt8] {
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

    static func number<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian, Array.init)
    }

    static func text(_ text: [UInt8]) -> [UInt8] { number(UInt64(text.count)) + text }

    /// Type and value of a text.
    static func value(_ text: String) -> [UInt8] { number(UInt32(8)) + self.text(Array(text.utf8)) }

    /// Type and value of a 32-bit number.
    static func value(_ number: UInt32) -> [UInt8] { self.number(UInt32(4)) + self.number(number) }

    /// Type and value of a list of texts.
    static func value(_ texts: [String]) -> [UInt8] {
        number(UInt32(9)) + number(UInt32(8)) + number(UInt64(texts.count))
            + texts.flatMap { text(Array($0.utf8)) }
    }

    /// Adds a tensor at the next place; `byteCount` are its true bytes.
    mutating func add(_ name: String, _ lengths: [UInt64], type: UInt32, byteCount: Int) {
        let start = (dataCount + alignment - 1) / alignment * alignment
        tensors.append(Tensor(name: Array(name.utf8), lengths: lengths, type: type, offset: UInt64(start)))
        dataCount = start + byteCount
    }

    /// A small right file.
    static var small: GGUFBuilder {
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
