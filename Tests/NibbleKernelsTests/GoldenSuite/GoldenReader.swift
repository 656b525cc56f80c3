import Foundation

/// Reads the arrays of one case and remembers which outputs were asked for.
final class GoldenReader {
    let id: String
    /// The id behind its family.
    let name: String
    private let item: GoldenCase
    private let place: URL
    private var asked: Set<String> = []

    init(_ item: GoldenCase, in place: URL) {
        (self.item, self.place, id) = (item, place, item.id)
        name = item.id.split(separator: "/", maxSplits: 1).last.map(String.init) ?? item.id
    }

    /// Outputs that no check has looked at.
    var unasked: [String] { item.outputs.keys.filter { !asked.contains($0) }.sorted() }
    /// All outputs' names.
    var outputNames: [String] { item.outputs.keys.sorted() }
    /// All inputs' names.
    var inputNames: [String] { item.inputs.keys.sorted() }

    /// Marks an output that a check leaves alone on purpose.
    func ignore(_ name: String) { asked.insert(name) }
    func hasInput(_ name: String) -> Bool { item.inputs[name] != nil }

    private func entry(_ name: String) throws -> GoldenEntry {
        if item.outputs[name] != nil { asked.insert(name) }
        guard let entry = item.outputs[name] ?? item.inputs[name] else {
            throw GoldenProblem("\(id) has no “\(name)”.")
        }
        return entry
    }

    /// Rows and columns of an array: the last dimension are columns.
    func shape(_ name: String) throws -> (rows: Int, columns: Int) {
        guard case .array(_, _, let shape) = try entry(name), let columns = shape.last else {
            throw GoldenProblem("\(id): “\(name)” has no shape.")
        }
        return (shape.dropLast().reduce(1, *), columns)
    }

    /// A number that stands in the manifest itself.
    func number(_ name: String) throws -> Double {
        guard case .number(let number) = try entry(name) else {
            throw GoldenProblem("\(id): “\(name)” is no number.")
        }
        return number
    }

    private func array(_ name: String) throws -> (type: String, bytes: [UInt8]) {
        switch try entry(name) {
        case .number: throw GoldenProblem("\(id): “\(name)” is a number, not an array.")
        case .file(let file): return ("uint8", try read(file))
        case .array(let file, let type, let shape):
            let bytes = try read(file)
            guard let size = Self.sizes[type], bytes.count == shape.reduce(size, *) else {
                throw GoldenProblem("\(id): \(file) holds \(bytes.count) bytes, not \(shape) of \(type).")
            }
            return (type, bytes)
        }
    }

    private static let sizes = [
        "uint8": 1, "int8": 1, "uint16": 2, "int16": 2, "float16": 2, "int32": 4, "uint32": 4, "float32": 4,
        "int64": 8, "float64": 8,
    ]

    private func read(_ file: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: place.appendingPathComponent(file)))
    }

    /// The bytes of an array as they are.
    func bytes(_ name: String) throws -> [UInt8] { try array(name).bytes }

    /// Numbers of any floating-point type that f32 holds.
    func floats(_ name: String) throws -> [Float] {
        let (type, bytes) = try array(name)
        switch type {
        case "float32": return Self.words(bytes, UInt32.self).map { Float(bitPattern: $0) }
        case "float16": return Self.words(bytes, UInt16.self).map { Float(Float16(bitPattern: $0)) }
        default: throw GoldenProblem("\(id): “\(name)” is of type \(type), not floats.")
        }
    }

    /// Numbers of any floating-point type.
    func doubles(_ name: String) throws -> [Double] {
        let (type, bytes) = try array(name)
        guard type == "float64" else { return try floats(name).map(Double.init) }
        return Self.words(bytes, UInt64.self).map { Double(bitPattern: $0) }
    }

    /// Whole numbers of any type.
    func integers(_ name: String) throws -> [Int32] {
        let (type, bytes) = try array(name)
        switch type {
        case "uint8": return bytes.map(Int32.init)
        case "int8": return bytes.map { Int32(Int8(bitPattern: $0)) }
        case "uint16": return Self.words(bytes, UInt16.self).map(Int32.init)
        case "int16": return Self.words(bytes, UInt16.self).map { Int32(Int16(bitPattern: $0)) }
        case "int32": return Self.words(bytes, UInt32.self).map { Int32(bitPattern: $0) }
        default: throw GoldenProblem("\(id): “\(name)” is of type \(type), not whole numbers.")
        }
    }

    private static func words<Word: FixedWidthInteger>(_ bytes: [UInt8], _ type: Word.Type) -> [Word] {
        bytes.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: MemoryLayout<Word>.size).map {
                Word(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: Word.self))
            }
        }
    }
}
