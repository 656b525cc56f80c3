/// GPT-2's way to write any byte as a printable character.
///
/// Source: Radford et al., “Language Models are Unsupervised Multitask Learners”, 2019, and its encoder.
/// Printable Latin-1 stands for itself; the other bytes take the characters from U+0100 on, in order.
enum ByteAlphabet {
    /// The character of each byte, as UTF-8.
    static let characters: [[UInt8]] = scalars.map { Array(String($0).utf8) }

    private static let scalars: [Unicode.Scalar] = {
        var next: UInt32 = 0x100
        return (0...255).map { byte -> Unicode.Scalar in
            let printable = [0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF]
            if printable.contains(where: { $0.contains(byte) }) { return Unicode.Scalar(UInt8(byte)) }
            defer { next += 1 }
            return Unicode.Scalar(next) ?? " "
        }
    }()

    /// The byte of each character below U+0144, the end of the alphabet.
    private static let bytes: [UInt8?] = {
        var table = [UInt8?](repeating: nil, count: 0x144)
        for (byte, scalar) in scalars.enumerated() { table[Int(scalar.value)] = UInt8(byte) }
        return table
    }()

    /// The bytes that a token's characters stand for; a token with a character outside the alphabet stands for its
    /// own UTF-8.
    static func bytes(of token: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(token.count)
        for scalar in String(decoding: token, as: UTF8.self).unicodeScalars {
            guard Int(scalar.value) < bytes.count, let byte = bytes[Int(scalar.value)] else { return token }
            result.append(byte)
        }
        return result
    }
}
