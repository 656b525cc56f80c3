import Foundation
import NibbleJSON

/// Changes a piece of text before it is cut into words.
protocol Normalizer: Sendable {
    /// The changed text, as UTF-8.
    func normalize(_ text: [UInt8]) -> [UInt8]
}

/// Puts a text in front of one that is not empty.
struct PrependNormalizer: Normalizer {
    let prefix: [UInt8]

    func normalize(_ text: [UInt8]) -> [UInt8] { text.isEmpty ? text : prefix + text }
}

/// Replaces every occurrence of a text by another.
struct ReplaceNormalizer: Normalizer {
    let pattern: [UInt8]
    let content: [UInt8]

    func normalize(_ text: [UInt8]) -> [UInt8] {
        guard let first = pattern.first else { return text }
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var position = 0
        while position < text.count {
            if text[position] == first, text[position...].starts(with: pattern) {
                result += content
                position += pattern.count
            } else {
                result.append(text[position])
                position += 1
            }
        }
        return result
    }
}

/// One of Unicode's four normal forms (UAX 15).
struct UnicodeNormalizer: Normalizer {
    let form: String

    func normalize(_ text: [UInt8]) -> [UInt8] {
        if text.allSatisfy({ $0 < 0x80 }) { return text }
        let string = String(decoding: text, as: UTF8.self)
        switch form {
        case "NFC": return Self.composed(string)
        case "NFD": return Array(string.decomposedStringWithCanonicalMapping.utf8)
        case "NFKC": return Self.composed(string.decomposedStringWithCompatibilityMapping)
        default: return Array(string.decomposedStringWithCompatibilityMapping.utf8)
        }
    }

    /// Old Hangul letters just past the ends of the ranges that compose.
    ///
    /// The standard library takes them in (Swift 6.3: U+1113 U+1176 becomes U+FFFD). They compose with nothing, so the
    /// text may be composed piece by piece between them.
    private static let inert: Set<Unicode.Scalar> = ["\u{1113}", "\u{1176}", "\u{11A7}", "\u{11C3}"]

    private static func composed(_ text: String) -> [UInt8] {
        var result: [UInt8] = []
        var piece = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            guard inert.contains(scalar) else {
                piece.append(scalar)
                continue
            }
            result +=
                Array(String(piece).precomposedStringWithCanonicalMapping.utf8) + Array(String(scalar).utf8)
            piece = String.UnicodeScalarView()
        }
        return result + Array(String(piece).precomposedStringWithCanonicalMapping.utf8)
    }
}

/// The normalizers that a tokenizer file can name.
enum NormalizerList {
    /// The steps for the file's `normalizer`.
    static func steps(_ json: JSONValue?) throws(TokenizerError) -> [any Normalizer] {
        guard let json else { return [] }
        let type = json["type"]?.string ?? ""
        switch type {
        case "Sequence":
            var steps: [any Normalizer] = []
            for part in json["normalizers"]?.array ?? [] { steps += try self.steps(part) }
            return steps
        case "Prepend": return [PrependNormalizer(prefix: json["prepend"]?.bytes ?? [])]
        case "Replace":
            guard let pattern = json["pattern"]?["String"]?.bytes, let content = json["content"]?.bytes else {
                throw .unsupported("tokenizer.json: nibble knows Replace normalizers with a plain text only.")
            }
            return [ReplaceNormalizer(pattern: pattern, content: content)]
        case "NFC", "NFD", "NFKC", "NFKD": return [UnicodeNormalizer(form: type)]
        default: throw .unsupported("tokenizer.json: nibble does not know the normalizer “\(type)”.")
        }
    }
}
