import Foundation
import NibbleJSON

/// One of Unicode's four normal forms (UAX 15).
struct UnicodeNormalizer: Normalizer {
    /// A normal form: decomposed or composed, canonically or, with K, by compatibility.
    enum Form: String, CaseIterable {
        case nfc = "NFC"
        case nfd = "NFD"
        case nfkc = "NFKC"
        case nfkd = "NFKD"
    }

    static let types = Form.allCases.map(\.rawValue)

    /// The form that text takes.
    let form: Form

    init(_ json: JSONValue) throws(TokenizerError) {
        guard let form = json["type"]?.string.flatMap(Form.init) else {
            throw .invalid("tokenizer.json: a normalizer names no normal form of Unicode.")
        }
        self.form = form
    }

    func normalize(_ text: [UInt8]) -> [UInt8] {
        if text.allSatisfy({ $0 < 0x80 }) { return text }
        let string = String(decoding: text, as: UTF8.self)
        switch form {
        case .nfc: return Self.composed(string)
        case .nfd: return Array(string.decomposedStringWithCanonicalMapping.utf8)
        case .nfkc: return Self.composed(string.decomposedStringWithCompatibilityMapping)
        case .nfkd: return Array(string.decomposedStringWithCompatibilityMapping.utf8)
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
