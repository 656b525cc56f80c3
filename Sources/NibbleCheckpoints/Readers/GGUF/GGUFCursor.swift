/// Walks over the bytes of a GGUF header; every step is checked against the file's end.
struct GGUFCursor {
    let bytes: UnsafeRawBufferPointer
    private(set) var offset = 0
    /// How many values lists may still have: one takes 24 bytes in memory, but perhaps 1 in the file.
    var listValuesLeft = GGUFCursor.mostListValues

    /// Values of all lists; the largest vocabularies with scores, types and merges have about a million.
    static let mostListValues = 1 << 23

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Bytes that are left.
    var available: Int { bytes.count - offset }

    /// The next number, lowest byte first; `what` names it in an error.
    mutating func number<Value: FixedWidthInteger>(
        _ what: @autoclosure () -> String, as _: Value.Type = Value.self
    ) throws(GGUFProblem) -> Value {
        let size = MemoryLayout<Value>.size
        guard available >= size else { throw .cutShort(what: what(), offset: offset) }
        defer { offset += size }
        return Value(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Value.self))
    }

    /// The next count of things that take at least `leastSize` bytes each; a lie about it must not cost memory.
    mutating func count(_ what: @autoclosure () -> String, leastSize: Int) throws(GGUFProblem) -> Int {
        let count: UInt64 = try number("the number of \(what())")
        guard count <= UInt64(available / leastSize) else {
            throw .count(what: what(), count: count, available: available)
        }
        return Int(count)
    }

    /// The next text: its length in bytes, then UTF-8.
    mutating func text(_ what: @autoclosure () -> String) throws(GGUFProblem) -> String {
        let count = try count("bytes of \(what())", leastSize: 1)
        let start = offset
        offset += count
        let part = UnsafeRawBufferPointer(rebasing: bytes[start..<offset])
        guard let text = String(validating: part.bindMemory(to: UInt8.self), as: UTF8.self) else {
            throw .text(what: what(), offset: start)
        }
        return text
    }

    /// Steps over bytes of which it is known that they are there.
    mutating func skip(_ count: Int) { offset += min(count, available) }
}
