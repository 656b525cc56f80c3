import NibbleCheckpoints
import NibbleTestSupport

/// Makes safetensors files that are almost right: a valid one is drawn, then damaged where a reader must look.
struct SafetensorsMutator {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    /// One tensor's fields as JSON texts, so that any of them can become anything.
    private struct Field {
        var name: String
        var members: [(key: String, value: String)]
    }

    /// The next file.
    mutating func next() -> [UInt8] {
        var (fields, dataCount) = drawTensors()
        for _ in 0..<pick([0, 1, 1, 1, 2, 3]) { damage(&fields) }
        if chance(8) { dataCount = max(0, dataCount + Int.random(in: -9...9, using: &generator)) }
        var json = Array(render(fields).utf8)
        if chance(4) { damage(bytes: &json) }
        var file = frame(json) + (0..<dataCount).map { _ in UInt8.random(in: 0...255, using: &generator) }
        if chance(20) { file.removeLast(min(file.count, Int.random(in: 0...file.count, using: &generator))) }
        return file
    }

    private mutating func chance(_ denominator: Int) -> Bool {
        Int.random(in: 0..<denominator, using: &generator) == 0
    }

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &generator)]
    }

    /// Up to six tensors that cover their data exactly.
    private mutating func drawTensors() -> (fields: [Field], dataCount: Int) {
        var offset = 0
        let fields = (0..<Int.random(in: 0...6, using: &generator)).map { index in
            let type = pick(ElementType.safetensorsTypes)
            var shape = (0..<Int.random(in: 0...3, using: &generator)).map { _ in pick([0, 1, 2, 3, 5, 8]) }
            if type.bitCount < 8 { shape.append(4) }
            let count = shape.reduce(1, *) * type.bitCount / 8
            defer { offset += count }
            return Field(
                name: pick(["", "model.layers.\(index).", "é", "\\n", "\\u001b["]) + "\(index)",
                members: [
                    ("dtype", "\"\(type.safetensorsName)\""), ("shape", "\(shape)"),
                    ("data_offsets", "[\(offset),\(offset + count)]"),
                ])
        }
        return (fields.shuffled(using: &generator), offset)
    }

    private static let strangeValues = [
        "null", "true", "[]", "{}", "\"\"", "\"F32\"", "\"F33\"", "\"BF16\"", "\"\\ud800\"", "[0,0]", "[0,8]",
        "[8,0]",
        "[1]", "[1,2,3]", "[-1]", "[1.5]", "[1e3]", "[01]", "[9223372036854775807]", "[9223372036854775808]",
        "[4294967296,4294967296]", "[0,9223372036854775807]", "[9223372036854775807,9223372036854775807]",
        "[3037000500,3037000500]", "[9223372036854775807,0]", "NaN", "[[1]]", "\"\u{202E}\"",
        String(repeating: "[", count: 300), "[" + String(repeating: "1,", count: 300) + "1]",
    ]

    private mutating func damage(_ fields: inout [Field]) {
        guard !fields.isEmpty else { return }
        let index = Int.random(in: 0..<fields.count, using: &generator)
        switch Int.random(in: 0..<9, using: &generator) {
        case 0: fields.append(fields[index])
        case 1: fields.remove(at: index)
        case 2: fields[index].name = pick(["__metadata__", "\\u0000", fields[0].name, "e\u{301}", "\\x"])
        case 3: fields[index].members.removeAll { _ in Bool.random(using: &generator) }
        case 4: fields[index].members.append(pick(fields[index].members + [("extra", "{\"a\":[1,2]}")]))
        case 5, 6: shift(&fields[index])
        default:
            guard !fields[index].members.isEmpty else { return }
            let member = Int.random(in: 0..<fields[index].members.count, using: &generator)
            fields[index].members[member].value = pick(Self.strangeValues)
        }
    }

    /// Moves a tensor's range by a little, so that it overlaps its neighbour or leaves a hole.
    private mutating func shift(_ field: inout Field) {
        guard let member = field.members.firstIndex(where: { $0.key == "data_offsets" }) else { return }
        let begin = Int.random(in: 0...64, using: &generator)
        let end = max(0, begin + Int.random(in: -4...64, using: &generator))
        field.members[member].value = "[\(begin),\(end)]"
    }

    private mutating func render(_ fields: [Field]) -> String {
        let blank = chance(4) ? " " : ""
        let members = fields.map { field in
            let inside = field.members.map { "\"\($0.key)\":\(blank)\($0.value)" }.joined(
                separator: ",\(blank)")
            return "\"\(field.name)\":{\(inside)}"
        }
        let metadata = pick(["", "\"__metadata__\":{\"format\":\"pt\"}", "\"__metadata__\":{\"a\":1}", ""])
        return "{" + ((metadata.isEmpty ? [] : [metadata]) + members).joined(separator: ",") + "}"
    }

    /// Flips, inserts, removes or repeats bytes.
    mutating func damage(bytes: inout [UInt8]) {
        for _ in 0..<pick([1, 1, 2, 4]) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 2: bytes.insert(pick(Array("{}[],:\"\\0-.eE ".utf8)), at: place)
            case 3: bytes.removeSubrange(place..<min(bytes.count, place + pick([1, 2, 16])))
            default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 8)], at: place)
            }
        }
    }

    /// The header's length before it; now and then a wrong one.
    private mutating func frame(_ json: [UInt8]) -> [UInt8] {
        var length = UInt64(json.count)
        if chance(12) {
            length = pick([0, 1, length &- 1, length + 1, length + 8, 100_000_001, 1 << 63, .max])
        }
        return withUnsafeBytes(of: length.littleEndian, Array.init) + json
    }
}
