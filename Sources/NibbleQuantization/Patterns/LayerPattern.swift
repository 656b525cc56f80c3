import Foundation
import NibbleTransformers

/// A regular expression for names of layers, as plans and filters write it.
///
/// The dialect is ICU's (`NSRegularExpression`). What patterns of layers are made of (letters, `.`, classes, `\d` and its
/// kin, groups, alternatives, anchors, counts) is matched by a machine of states that reads each byte of a name once; a
/// pattern with anything else, such as look-ahead, and a name with other than printable ASCII go to ICU, with the same
/// meaning. In plans a pattern must match a whole name, and one of letters, digits, `_`, `-`, `/` and `.` alone is a name;
/// a filter is found anywhere in a name.
///
///     let pattern = LayerPattern("layers\\.[0-3]\\.mlp\\..*")
///     pattern?.matches("layers.2.mlp.up_proj")      // true
///     LayerPattern("down_proj")?.occurs(in: "layers.0.mlp.down_proj")   // true
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
    private let program: PatternProgram?

    /// Bytes of the longest pattern.
    static let longest = 4096

    /// Makes a pattern ready; nil if it is no regular expression.
    public init?(_ text: String) {
        guard text.utf8.count <= Self.longest else { return nil }
        self.text = text
        // Plans may hold a name for each layer: most of them are only looked up.
        guard !Self.isName(text) else {
            (name, program) = (text, nil)
            return
        }
        let tree = PatternParser.parse(text)
        (name, program) = (tree?.literal, tree.flatMap(PatternProgram.init))
        guard program != nil || (try? NSRegularExpression(pattern: text)) != nil else { return nil }
    }

    /// Whether the whole of one name matches.
    public func matches(_ name: String) -> Bool {
        if let wanted = self.name { return wanted == name }
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
        if extent == .whole, let name { return LayerPatternMatcher(text, extent, name: name, nil) }
        let steps = program ?? (name == text ? PatternParser.parse(text).flatMap(PatternProgram.init) : nil)
        return LayerPatternMatcher(text, extent, name: nil, steps)
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

/// A pattern at work on one name after the other.
public struct LayerPatternMatcher {
    private let text: String
    private let extent: LayerPattern.Extent
    private let name: String?
    private var states: PatternStates?
    /// ICU's expression, made when the first name needs it.
    private var expression: NSRegularExpression?

    init(_ text: String, _ extent: LayerPattern.Extent, name: String?, _ program: PatternProgram?) {
        self.text = text
        self.extent = extent
        self.name = name
        states = program.map { PatternStates($0, isSearch: extent == .part) }
    }

    /// Whether a name matches.
    public mutating func matches(_ name: String) -> Bool {
        if let wanted = self.name { return wanted == name }
        var name = name
        if let answer = name.withUTF8({ states?.matches($0) }) ?? nil { return answer }
        return matchesByICU(name)
    }

    private mutating func matchesByICU(_ name: String) -> Bool {
        if expression == nil {
            let pattern = extent == .whole ? "\\A(?:\(text))\\z" : text
            expression = try? NSRegularExpression(pattern: pattern)
        }
        let all = NSRange(location: 0, length: name.utf16.count)
        return expression?.firstMatch(in: name, range: all) != nil
    }
}
