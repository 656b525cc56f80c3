import Foundation
import NibbleTransformers

/// A regular expression for names of layers, as plans and filters write it.
///
/// The dialect is that of ICU's expressions (`NSRegularExpression`) without what can't be matched by reading a name once:
/// there are no back-references, and possessive counts are of single characters. A match takes time in proportion to the
/// length of the pattern times that of the name, whatever the pattern. In plans a pattern must match a whole name, and one of
/// letters, digits, `_`, `-`, `/` and `.` alone is a name; a filter is found anywhere in a name.
///
///     let pattern = try LayerPattern("layers\\.[0-3]\\.mlp\\..*")
///     pattern.matches("layers.2.mlp.up_proj")      // true
///     try LayerPattern(filter: "down_proj").occurs(in: "layers.0.mlp.DOWN_proj")   // true
public struct LayerPattern: Sendable {
    /// Where a name must match.
    public enum Extent: Sendable {
        /// From its first to its last character.
        case whole
        /// Anywhere.
        case part
    }

    /// The pattern as it is written.
    public let text: String
    /// The one name that the pattern means as a whole; nil where it may mean others.
    public let name: String?
    private let compiled: CompiledPattern?

    /// Bytes of the longest pattern.
    static let longest = 4096

    /// Makes a plan's pattern ready.
    ///
    /// - Throws: ``PatternError``.
    public init(_ text: String) throws(PatternError) {
        // Plans may hold a name for each layer: most of them are only looked up.
        guard !Self.isName(text) || text.utf8.count > Self.longest else {
            self.init(text: text, name: text, compiled: nil)
            return
        }
        try self.init(text, ignoresCase: false)
    }

    /// Makes a filter's pattern ready; capitals and small letters are the same unless the pattern has a capital.
    ///
    /// - Throws: ``PatternError``.
    public init(filter text: String) throws(PatternError) {
        var parser = PatternParser(text, ignoresCase: true)
        _ = try parser.parse()
        try self.init(text, ignoresCase: !parser.hasCapital)
    }

    private init(_ text: String, ignoresCase: Bool) throws(PatternError) {
        guard text.utf8.count <= Self.longest else {
            throw PatternError(
                place: Self.longest + 1,
                problem: "it is longer than \(Self.longest) bytes; write a shorter one.")
        }
        var parser = PatternParser(text, ignoresCase: ignoresCase)
        let tree = try parser.parse()
        let compiled = try CompiledPattern(tree, end: parser.scalars.count + 1)
        self.init(text: text, name: tree.literal, compiled: compiled)
    }

    private init(text: String, name: String?, compiled: CompiledPattern?) {
        (self.text, self.name, self.compiled) = (text, name, compiled)
    }

    /// Whether the whole of one name matches.
    public func matches(_ name: String) -> Bool {
        var matcher = matcher(.whole)
        return matcher.matches(name)
    }

    /// Whether a part of one name matches.
    public func occurs(in name: String) -> Bool {
        var matcher = matcher(.part)
        return matcher.matches(name)
    }

    /// Something that matches many names: it keeps what it learns from one for the next.
    public func matcher(_ extent: Extent) -> LayerPatternMatcher {
        if extent == .whole, let name { return LayerPatternMatcher(name: name) }
        guard let steps = compiled ?? (try? Self(text, ignoresCase: false))?.compiled else {
            return LayerPatternMatcher(name: text)
        }
        return LayerPatternMatcher(steps, extent)
    }

    /// Whether `pattern` is a plain name.
    static func isName(_ pattern: String) -> Bool {
        pattern.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
                UInt8(ascii: "/"), UInt8(ascii: "."):
                true
            default: false
            }
        }
    }

    /// A pattern that matches `layer` only.
    static func matching(_ layer: LayerPath) -> String {
        isName(layer.name) ? layer.name : NSRegularExpression.escapedPattern(for: layer.name)
    }
}
