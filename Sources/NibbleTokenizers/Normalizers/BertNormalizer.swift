import Foundation
import NibbleJSON

/// BERT's cleaning of text: control characters away, spaces around ideographs, and no accents and capitals for
/// uncased models.
///
/// Source: Devlin and others, “BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding”, 2019,
/// and its `BasicTokenizer`; the ranges are those of the `tokenizers` package.
struct BertNormalizer: Normalizer {
    static let types = ["BertNormalizer"]

    /// Whether control characters go and every kind of white space becomes a space.
    let cleansText: Bool
    /// Whether each ideograph stands between spaces, which makes it a word.
    let isolatesIdeographs: Bool
    /// Whether marks that combine with a letter go.
    let stripsAccents: Bool
    /// Whether capitals become small letters.
    let lowercases: Bool

    /// As uncased models have it.
    static let uncased = BertNormalizer(.object(["type": .string("BertNormalizer")]))

    init(_ json: JSONValue) {
        cleansText = json["clean_text"]?.boolean ?? true
        isolatesIdeographs = json["handle_chinese_chars"]?.boolean ?? true
        lowercases = json["lowercase"]?.boolean ?? true
        stripsAccents = json["strip_accents"]?.boolean ?? lowercases
    }

    func normalize(_ text: [UInt8]) -> [UInt8] {
        var scalars = Array(String(decoding: text, as: UTF8.self).unicodeScalars)
        if cleansText {
            scalars = scalars.filter { !Self.isRemoved($0) }.map { Self.isSpace($0) ? " " : $0 }
        }
        if isolatesIdeographs { scalars = scalars.flatMap { Self.isIdeograph($0) ? [" ", $0, " "] : [$0] } }
        if stripsAccents { scalars = Self.withoutAccents(scalars) }
        if lowercases { scalars = scalars.flatMap { Array($0.properties.lowercaseMapping.unicodeScalars) } }
        var result = String.UnicodeScalarView()
        result.append(contentsOf: scalars)
        return Array(String(result).utf8)
    }

    private static func withoutAccents(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        guard !scalars.allSatisfy(\.isASCII) else { return scalars }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text).decomposedStringWithCanonicalMapping.unicodeScalars
            .filter { $0.properties.generalCategory != .nonspacingMark }
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace }

    /// Control, format and private characters other than white space, and what stands for those that could not be read.
    private static func isRemoved(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == "\t" || scalar == "\n" || scalar == "\r" { return false }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse: return true
        default: return scalar == "\u{FFFD}"
        }
    }

    /// Whether a character is of the blocks of CJK ideographs, which need no spaces between words.
    private static func isIdeograph(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.value >= 0x3400 else { return false }
        return ideographs.contains { $0.contains(scalar.value) }
    }

    private static let ideographs: [ClosedRange<UInt32>] = [
        0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
        0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F,
    ]
}
