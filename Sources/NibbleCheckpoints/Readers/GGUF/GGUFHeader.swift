/// The header of a GGUF file, every part of it checked: metadata, and where each tensor lies.
///
/// Layout: `ggml/docs/gguf.md` of ggml-org/ggml, versions 2 and 3 (they differ in byte order alone, and only files with
/// the lowest byte first are read): magic, version, two counts, metadata as key, type, value; then name, lengths
/// (innermost first), type and offset of each tensor; then the data, aligned.
struct GGUFHeader {
    /// Keys and values.
    let metadata: GGUFMetadata
    /// The tensors, in the order of the file; shapes outermost first.
    let tensors: [TensorDescription]
    /// Bytes behind the last tensor that are more than padding.
    let trailingByteCount: Int

    private static let mostDimensions: UInt32 = 4
    private static let defaultAlignment = 32

    /// Reads the header of a file that is mapped at `bytes`.
    init(_ bytes: UnsafeRawBufferPointer, fileIndex: Int = 0) throws(GGUFProblem) {
        var cursor = GGUFCursor(bytes)
        try Self.checkStart(&cursor)
        let (tensorCount, pairCount) = try Self.counts(&cursor)
        metadata = try Self.metadata(&cursor, count: pairCount)
        let alignment = try Self.alignment(metadata["general.alignment"])
        var entries: [Entry] = []
        entries.reserveCapacity(tensorCount)
        for _ in 0..<tensorCount { entries.append(try Self.entry(&cursor)) }
        let dataStart = Self.padded(cursor.offset, to: alignment) ?? .max
        (tensors, trailingByteCount) = try Self.place(
            entries, from: dataStart, alignment: alignment, fileCount: bytes.count, fileIndex: fileIndex)
    }

    /// The architecture that a file names, if it does, after a look for what would make opening it fail: lists are stepped
    /// over, whatever is of another form is not looked at.
    static func glance(_ bytes: UnsafeRawBufferPointer) throws(GGUFProblem) -> String? {
        var cursor = GGUFCursor(bytes)
        try checkStart(&cursor)
        let (tensorCount, pairCount) = try counts(&cursor)
        var values: [String: GGUFValue] = [:]
        for _ in 0..<pairCount {
            let key = try cursor.text("a key")
            values[key] = try cursor.valueOrList(of: key)
        }
        let alignment = try alignment(values["general.alignment"])
        var entries: [Entry] = []
        for _ in 0..<tensorCount { entries.append(try entry(&cursor)) }
        let dataStart = padded(cursor.offset, to: alignment) ?? .max
        _ = try place(entries, from: dataStart, alignment: alignment, fileCount: bytes.count, fileIndex: 0)
        return values["general.architecture"]?.text
    }

    /// How many tensors and metadata values there are; a tensor takes 24 bytes at least and a value with its key 13.
    private static func counts(
        _ cursor: inout GGUFCursor
    ) throws(GGUFProblem) -> (tensors: Int, pairs: Int) {
        let tensors = try cursor.count("tensors", leastSize: 24)
        return (tensors, try cursor.count("metadata values", leastSize: 13))
    }

    /// Magic and version.
    private static func checkStart(_ cursor: inout GGUFCursor) throws(GGUFProblem) {
        guard cursor.bytes.starts(with: "GGUF".utf8) else { throw .notGGUF }
        cursor.skip(4)
        let version: UInt32 = try cursor.number("the version")
        if version > 0xFFFF, version.byteSwapped <= 0xFFFF { throw .bigEndian }
        guard version == 2 || version == 3 else { throw .version(version) }
    }

    private static func metadata(
        _ cursor: inout GGUFCursor, count: Int
    ) throws(GGUFProblem) -> GGUFMetadata {
        var keys: [String] = []
        var values: [String: GGUFValue] = [:]
        var ranges: [String: Range<Int>] = [:]
        for _ in 0..<count {
            let key = try cursor.text("a key")
            let start = cursor.offset
            guard values.updateValue(try cursor.value(of: key), forKey: key) == nil else {
                throw .duplicateKey(key)
            }
            ranges[key] = start..<cursor.offset
            keys.append(key)
        }
        return GGUFMetadata(keys: keys, values: values, ranges: ranges)
    }

    private static func alignment(_ value: GGUFValue?) throws(GGUFProblem) -> Int {
        guard let value else { return defaultAlignment }
        guard let alignment = value.integer, (8...(1 << 30)).contains(alignment),
            alignment.nonzeroBitCount == 1
        else { throw .alignment(value.integer == nil ? "no whole number" : value.summary) }
        return alignment
    }

    /// `offset`, moved up to a multiple of `alignment`; nil if no `Int` can hold it.
    private static func padded(_ offset: Int, to alignment: Int) -> Int? {
        let (sum, overflow) = offset.addingReportingOverflow(alignment - 1)
        return overflow ? nil : sum & ~(alignment - 1)
    }

    /// A tensor as the header lists it.
    private struct Entry {
        let name: String
        let type: ElementType
        let shape: [Int]
        /// nil for a type that nibble doesn't know.
        let byteCount: Int?
        let offset: UInt64
    }

    private static func entry(_ cursor: inout GGUFCursor) throws(GGUFProblem) -> Entry {
        let name = try cursor.text("a tensor’s name")
        let dimensionCount: UInt32 = try cursor.number("a tensor’s dimensions")
        guard dimensionCount <= mostDimensions else {
            throw .dimensions(tensor: name, count: dimensionCount)
        }
        var lengths: [UInt64] = []
        for _ in 0..<dimensionCount { lengths.append(try cursor.number("a tensor’s shape")) }
        let type = ElementType(ggufIdentifier: try cursor.number("a tensor’s type"))
        let shape = lengths.reversed().compactMap { Int(exactly: $0) }
        guard shape.count == lengths.count, let elements = TensorDescription.elementCount(of: shape) else {
            throw .shapeOverflow(tensor: name, shape: lengths.reversed())
        }
        let rowLength = shape.last ?? 1
        guard rowLength % type.blockElementCount == 0 else {
            throw .partialBlock(
                tensor: name, rowLength: rowLength, type: type.safetensorsName, block: type.blockElementCount)
        }
        let byteCount = TensorDescription.byteCount(of: type, elementCount: elements)
        guard byteCount != nil || !type.isReadable else {
            throw .shapeOverflow(tensor: name, shape: lengths.reversed())
        }
        return Entry(
            name: name, type: type, shape: shape, byteCount: byteCount,
            offset: try cursor.number("a tensor’s offset"))
    }

    /// Each tensor must begin where the one before it, padded, ends: ggml reads no other order.
    ///
    /// One of an unknown type goes to where the next begins.
    private static func place(
        _ entries: [Entry], from dataStart: Int, alignment: Int, fileCount: Int, fileIndex: Int
    ) throws(GGUFProblem) -> (tensors: [TensorDescription], trailingByteCount: Int) {
        var names: Set<String> = []
        var tensors: [TensorDescription] = []
        var expected = 0
        var end = dataStart
        var cut: GGUFProblem?
        for (index, entry) in entries.enumerated() {
            guard names.insert(entry.name).inserted else { throw .duplicateTensor(entry.name) }
            guard entry.offset == UInt64(expected) else {
                throw .offset(tensor: entry.name, found: entry.offset, expected: expected)
            }
            var byteCount = entry.byteCount ?? 0
            if entry.byteCount == nil {
                byteCount = try unknownByteCount(
                    entries, index, dataStart: dataStart, alignment, fileCount: fileCount)
            }
            let (start, startOverflows) = dataStart.addingReportingOverflow(expected)
            let (stop, stopOverflows) = start.addingReportingOverflow(byteCount)
            guard !startOverflows, !stopOverflows, let next = padded(stop - dataStart, to: alignment) else {
                throw .beyondFile(tensor: entry.name, end: .max, fileCount: fileCount)
            }
            // The last tensor's end tells how much is missing.
            if stop > fileCount { cut = .beyondFile(tensor: entry.name, end: stop, fileCount: fileCount) }
            guard
                let tensor = TensorDescription(
                    name: entry.name, elementType: entry.type, shape: entry.shape, byteRange: start..<stop,
                    fileIndex: fileIndex)
            else { throw .shapeOverflow(tensor: entry.name, shape: entry.shape.map(UInt64.init)) }
            tensors.append(tensor)
            expected = next
            end = stop
        }
        if let cut { throw cut }
        return (tensors, max(0, fileCount - (padded(end, to: alignment) ?? end)))
    }

    /// The bytes up to the next tensor, or to the file's end.
    private static func unknownByteCount(
        _ entries: [Entry], _ index: Int, dataStart: Int, _ alignment: Int, fileCount: Int
    ) throws(GGUFProblem) -> Int {
        let entry = entries[index]
        let isLast = index == entries.count - 1
        let end = isLast ? UInt64(max(0, fileCount - dataStart)) : entries[index + 1].offset
        guard end >= entry.offset, isLast || end.isMultiple(of: UInt64(alignment)),
            let count = Int(exactly: end - entry.offset)
        else {
            throw .offset(
                tensor: entries[min(index + 1, entries.count - 1)].name, found: end,
                expected: Int(clamping: entry.offset))
        }
        return count
    }
}
