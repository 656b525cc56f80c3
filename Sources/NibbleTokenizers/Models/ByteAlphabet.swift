/// GPT-2's way to write any byte as a printable character (Radford et al. 2019).
///
/// Printable Latin-1 stands for itself; the other bytes take the characters from U+0100 on, in order.
enum ByteAlphabet {
    /// The character of each byte, as UTF-8.
    static let characters: [[UInt8]] = scalars.map { Array(String($0).utf8) }

    private static let scalars: [Unicode.Scalar] = {
        var next: UInt32 = 0x100
        return (0...255).map { byte -> Unicode.Scalar in
            let isPrintable = (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || (0xAE...0xFF).contains(byte)
            if isPrintable { return Unicode.Scalar(UInt8(byte)) }
            defer { next += 1 }
            return Unicode.Scalar(next) ?? " "
        }
    }()

    private static let bytes = Dictionary(uniqueKeysWithValues: scalars.enumerated().map { ($1, UInt8($0)) })

    /// The bytes that a token's characters stand for; a character outside the alphabet stands for its own UTF-8.
    static func bytes(of token: [UInt8]) -> [UInt8] {
        String(decoding: token, as: UTF8.self).unicodeScalars.flatMap { scalar in
            bytes[scalar].map { [$0] } ?? Array(String(scalar).utf8)
        }
    }
}
