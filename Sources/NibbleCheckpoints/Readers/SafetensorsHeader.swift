import NibbleJSON
import NibbleText

/// The validated header of one safetensors file.
///
/// Layout (huggingface/safetensors, "Format"): 8 bytes length N, little-endian; N bytes of JSON, an object that blanks
/// may surround; then the data, which the tensors' ranges must cover completely, without overlap.
/// Nothing is handed out before every rule has been checked.
struct SafetensorsHeader {
    /// The format's own limit for the JSON part (`MAX_HEADER_SIZE`).
    static let lengthLimit = 100_000_000

    /// In the order of their bytes.
    let tensors: [TensorDescription]
    let metadata: [String: String]

    /// Reads and checks the header of a whole file.
    /// - Parameters:
    ///   - bytes: The whole file.
    ///   - file: Its name for errors.
    ///   - fileIndex: Its place among a checkpoint's files, put into the descriptions.
    init(_ bytes: UnsafeRawBufferPointer, file: String, fileIndex: Int = 0) throws(CheckpointError) {
        do throws(SafetensorsProblem) {
            let length = try Self.length(bytes)
            var entries = HeaderEntries()
            try entries.read(UnsafeRawBufferPointer(rebasing: bytes[8..<(8 + length)]))
            metadata = entries.metadata
            tensors = try Self.described(entries.tensors, dataStart: 8 + length, bytes.count, fileIndex)
        } catch {
            throw .safetensors(file: file, error)
        }
    }

    /// Checks the header's length alone.
    static func checkLength(_ bytes: UnsafeRawBufferPointer, file: String) throws(CheckpointError) {
        do throws(SafetensorsProblem) { _ = try length(bytes) } catch {
            throw .safetensors(file: file, error)
        }
    }

    private static func length(_ bytes: UnsafeRawBufferPointer) throws(SafetensorsProblem) -> Int {
        guard bytes.count >= 10 else { throw .tooShort(count: bytes.count) }
        let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
        guard length <= UInt64(bytes.count - 8) else {
            throw .headerBeyondFile(length: length, available: bytes.count - 8)
        }
        guard length <= UInt64(lengthLimit) else { throw .headerTooLong(length: length, limit: lengthLimit) }
        return Int(length)
    }

    /// Checks sizes one by one, then the ranges against each other.
    private static func described(
        _ entries: [HeaderEntries.Entry], dataStart: Int, _ fileCount: Int, _ fileIndex: Int
    ) throws(SafetensorsProblem) -> [TensorDescription] {
        let dataCount = fileCount - dataStart
        var tensors: [TensorDescription] = []
        tensors.reserveCapacity(entries.count)
        for entry in entries {
            if entry.end > dataCount, let last = entries.max(by: { $0.end < $1.end }) {
                // The last tensor's end tells how much is missing.
                _ = try last.described(dataStart: dataStart, dataCount: dataCount, fileIndex)
            }
            tensors.append(try entry.described(dataStart: dataStart, dataCount: dataCount, fileIndex))
        }
        tensors.sort {
            ($0.byteRange.lowerBound, $0.byteRange.upperBound) < (
                $1.byteRange.lowerBound, $1.byteRange.upperBound
            )
        }
        try checkCoverage(tensors, of: dataStart..<fileCount)
        return tensors
    }

    private static func checkCoverage(
        _ tensors: [TensorDescription], of data: Range<Int>
    ) throws(SafetensorsProblem) {
        var covered = data.lowerBound
        var previous = ""
        for tensor in tensors {
            let begin = tensor.byteRange.lowerBound
            if begin < covered { throw .overlap(tensor: tensor.name, previous: previous, offset: begin) }
            if begin > covered { throw .hole(from: covered, to: begin, before: tensor.name) }
            covered = tensor.byteRange.upperBound
            previous = tensor.name
        }
        if covered < data.upperBound { throw .hole(from: covered, to: data.upperBound, before: nil) }
    }
}

/// The JSON of a safetensors header, read but not yet checked against the file.
struct HeaderEntries {
    struct Entry {
        let name: String
        let elementType: ElementType
        let shape: [Int]
        let begin: Int
        let end: Int
    }

    private(set) var tensors: [Entry] = []
    private(set) var metadata: [String: String] = [:]
    private var names: Set<String> = []
    private var hasMetadata = false

    mutating func read(_ json: UnsafeRawBufferPointer) throws(SafetensorsProblem) {
        var scanner = JSONScanner(json)
        guard scanner.peek() == UInt8(ascii: "{") else {
            throw .header(problem: "it does not begin with “{”", offset: 8)
        }
        var refusal: SafetensorsProblem?
        do throws(JSONError) {
            try scanner.object("“{”") { (inner, key, start) throws(JSONError) in
                if key == "__metadata__" {
                    try readMetadata(&inner, start)
                } else {
                    try readTensor(&inner, named: key, &refusal)
                }
            }
            try scanner.expectEnd()
        } catch {
            throw refusal ?? .header(problem: error.problem, offset: 8 + error.offset)
        }
    }

    private mutating func readMetadata(_ scanner: inout JSONScanner, _ start: Int) throws(JSONError) {
        if hasMetadata { throw JSONError(offset: start, problem: "__metadata__ for the second time") }
        hasMetadata = true
        if scanner.peek() == UInt8(ascii: "n"), try scanner.value(depth: 1) == .null { return }
        try scanner.object("the object of __metadata__") { (inner, key, start) throws(JSONError) in
            guard metadata.updateValue(try inner.string("a text in __metadata__"), forKey: key) == nil else {
                throw JSONError(offset: start, problem: "a key of __metadata__ for the second time")
            }
        }
    }

    /// One tensor's object.
    ///
    /// What JSON can't express (a name used twice) goes to `refusal`.
    private mutating func readTensor(
        _ scanner: inout JSONScanner, named name: String, _ refusal: inout SafetensorsProblem?
    ) throws(JSONError) {
        // A String set also finds names that differ only in Unicode composition: one could not be told from the other.
        guard names.insert(name).inserted else {
            refusal = .duplicateTensor(name)
            throw scanner.failure("a tensor for the second time")
        }
        var fields = TensorFields()
        let start = scanner.offset
        try scanner.object("the object of a tensor") { (inner, key, start) throws(JSONError) in
            try fields.read(key, &inner, start)
        }
        guard let type = fields.type, let shape = fields.shape, let begin = fields.begin, let end = fields.end
        else {
            throw JSONError(
                offset: start,
                problem: "“\(name.printable(limit: 200))” without dtype, shape or data_offsets")
        }
        let elementType =
            ElementType(safetensorsName: type)
            ?? .unreadable(UnreadableType(name: type.isEmpty ? "without a name" : type))
        tensors.append(Entry(name: name, elementType: elementType, shape: shape, begin: begin, end: end))
    }
}

/// The three fields of a tensor's object, in whatever order they come.
private struct TensorFields {
    var type: String?
    var shape: [Int]?
    var begin: Int?
    var end: Int?

    mutating func read(_ key: String, _ scanner: inout JSONScanner, _ start: Int) throws(JSONError) {
        switch key {
        case "dtype" where type == nil: type = try scanner.string("the name of a type")
        case "shape" where shape == nil: shape = try counts(&scanner, "a length in a shape")
        case "data_offsets" where begin == nil:
            let offsets = try counts(&scanner, "an offset")
            guard offsets.count == 2 else {
                throw scanner.failure("\(offsets.count) data_offsets where two should stand")
            }
            (begin, end) = (offsets[0], offsets[1])
        case "dtype", "shape", "data_offsets":
            throw JSONError(offset: start, problem: "“\(key)” for the second time")
        default: _ = try scanner.value(depth: 2)
        }
    }

    private func counts(_ scanner: inout JSONScanner, _ what: String) throws(JSONError) -> [Int] {
        var values: [Int] = []
        try scanner.array("a list") { (inner) throws(JSONError) in values.append(try inner.count(what)) }
        return values
    }
}

extension HeaderEntries.Entry {
    /// The description, with the range counted from the file's start.
    fileprivate func described(
        dataStart: Int, dataCount: Int, _ fileIndex: Int
    ) throws(SafetensorsProblem) -> TensorDescription {
        guard begin <= end else { throw .reversedRange(tensor: name, begin: begin, end: end) }
        guard let elements = TensorDescription.elementCount(of: shape),
            let needed = elementType.isReadable
                ? TensorDescription.byteCount(of: elementType, elementCount: elements) : end - begin
        else { throw .shapeOverflow(tensor: name, shape: shape) }
        guard needed == end - begin else {
            throw .sizeMismatch(tensor: name, needed: needed, listed: end - begin)
        }
        guard end <= dataCount else {
            let (last, overflow) = end.addingReportingOverflow(dataStart)
            throw .cutShort(tensor: name, end: overflow ? .max : last, fileCount: dataStart + dataCount)
        }
        let range = (dataStart + begin)..<(dataStart + end)
        guard
            let description = TensorDescription(
                name: name, elementType: elementType, shape: shape, byteRange: range, fileIndex: fileIndex)
        else { throw .shapeOverflow(tensor: name, shape: shape) }
        return description
    }
}
