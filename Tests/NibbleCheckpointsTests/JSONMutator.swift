import NibbleTestSupport

/// Damages a JSON text: mostly by putting other values in the place of its tokens, sometimes byte by byte.
struct JSONMutator {
    private var generator: SeededGenerator
    private var bytes: SafetensorsMutator

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
        bytes = SafetensorsMutator(seed: seed)
    }

    private static let values = [
        "null", "true", "-1", "0", "1e400", "1.5", "9223372036854775808", "\"\"", "\"../../etc/passwd\"",
        "\"/etc/passwd\"", "\"a/../b\"", "\"\\u0000\"", "\"\\u202e\"", "\"\\ud83d\"", "[]", "{}", "[[],{}]",
        "NaN",
        "{\"weight_map\":{}}", "\"model-00001-of-00003.safetensors\"",
    ]

    /// A damaged copy of `text`.
    mutating func damaged(_ text: [UInt8]) -> [UInt8] {
        var text = text
        if Int.random(in: 0..<5, using: &generator) == 0 {
            bytes.damage(bytes: &text)
        } else {
            for _ in 0..<Int.random(in: 1...2, using: &generator) { replaceValue(&text) }
        }
        return text
    }

    /// Puts something else behind a random colon, up to the next comma or bracket.
    private mutating func replaceValue(_ text: inout [UInt8]) {
        let colons = text.indices.filter { text[$0] == UInt8(ascii: ":") }
        guard let colon = colons.randomElement(using: &generator),
            let value = Self.values.randomElement(using: &generator)
        else { return }
        let stops = Set(",}]\n".utf8)
        let end = text[(colon + 1)...].firstIndex(where: stops.contains) ?? text.endIndex
        text.replaceSubrange((colon + 1)..<end, with: value.utf8)
    }
}
