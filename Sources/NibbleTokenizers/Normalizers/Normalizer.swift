import Foundation

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
        guard !pattern.isEmpty else { return text }
        var result: [UInt8] = []
        var position = 0
        while position < text.count {
            if text[position...].starts(with: pattern) {
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

/// One of Unicode's four normal forms.
struct UnicodeNormalizer: Normalizer {
    let form: String

    func normalize(_ text: [UInt8]) -> [UInt8] {
        let string = String(decoding: text, as: UTF8.self)
        let normalized =
            switch form {
            case "NFC": string.precomposedStringWithCanonicalMapping
            case "NFD": string.decomposedStringWithCanonicalMapping
            case "NFKC": string.precomposedStringWithCompatibilityMapping
            default: string.decomposedStringWithCompatibilityMapping
            }
        return Array(normalized.utf8)
    }
}

/// The normalizers that a tokenizer file can name.
enum NormalizerList {
    /// The steps for the file's `normalizer`.
    static func steps(_ json: JSON?) throws(TokenizerError) -> [any Normalizer] {
        guard let json else { return [] }
        let type = json["type"]?.text ?? ""
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
