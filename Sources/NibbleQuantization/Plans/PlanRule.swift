import Foundation
import NibbleTransformers

/// One line of a plan: which layers, and what becomes of them.
public struct PlanRule: Hashable, Sendable {
    /// A layer's canonical name, or a regular expression that must match a whole name.
    ///
    /// A pattern of letters, digits, `_`, `-`, `/` and `.` alone is a name and matches that layer only.
    public let pattern: String
    /// The setting; nil keeps the layer as it is stored.
    public let setting: Setting?

    /// A rule for the layers that `pattern` matches.
    ///
    /// - Throws: ``SettingError`` if the pattern is no regular expression.
    public init(pattern: String, setting: Setting?) throws(SettingError) {
        guard !pattern.isEmpty else {
            throw SettingError("A pattern is missing: write a layer's name, or .* for all layers.")
        }
        guard LayerPattern.isName(pattern) || LayerPattern.expression(pattern) != nil else {
            throw SettingError(
                "\(SettingError.quoted(pattern)) is no regular expression: check its brackets.")
        }
        self.pattern = pattern
        self.setting = setting
    }

    /// A rule from `PATTERN=SETTING`, as on the command line; the first `=` divides.
    ///
    /// - Throws: ``SettingError``.
    public init(parsing text: String) throws(SettingError) {
        guard let divider = text.firstIndex(of: "=") else {
            throw SettingError(
                "\(SettingError.quoted(text)) is no rule: expected PATTERN=SETTING, such as .*=int4.")
        }
        let pattern = text[..<divider].trimmingCharacters(in: .whitespaces)
        try self.init(
            pattern: pattern, setting: try Setting.parse(String(text[text.index(after: divider)...])))
    }

    /// A rule for exactly one layer.
    init(layer: LayerPath, setting: Setting?) {
        pattern = LayerPattern.matching(layer)
        self.setting = setting
    }

    /// A rule whose pattern is known to be right.
    init(unchecked pattern: String, setting: Setting?) {
        self.pattern = pattern
        self.setting = setting
    }
}

/// A pattern made ready for many names.
struct LayerPattern {
    private enum Kind {
        case name(String)
        case expression(NSRegularExpression)
        case nothing
    }

    private let kind: Kind

    /// Makes `pattern` ready.
    init(_ pattern: String) {
        if Self.isName(pattern) {
            kind = .name(pattern)
        } else {
            kind = Self.expression(pattern).map(Kind.expression) ?? .nothing
        }
    }

    /// Whether it matches the whole name.
    func matches(_ name: String) -> Bool {
        switch kind {
        case .name(let wanted): return wanted == name
        case .expression(let expression):
            let whole = NSRange(location: 0, length: name.utf16.count)
            return expression.firstMatch(in: name, options: .anchored, range: whole) != nil
        case .nothing: return false
        }
    }

    /// Whether `pattern` is a plain name.
    static func isName(_ pattern: String) -> Bool {
        pattern.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
                UInt8(ascii: "/"),
                UInt8(ascii: "."):
                true
            default: false
            }
        }
    }

    /// The regular expression that matches whole names; nil if `pattern` is none.
    static func expression(_ pattern: String) -> NSRegularExpression? {
        guard pattern.utf8.count <= 4096, (try? NSRegularExpression(pattern: pattern)) != nil else {
            return nil
        }
        return try? NSRegularExpression(pattern: "\\A(?:\(pattern))\\z")
    }

    /// A pattern that matches `layer` only.
    static func matching(_ layer: LayerPath) -> String {
        isName(layer.name) ? layer.name : NSRegularExpression.escapedPattern(for: layer.name)
    }
}
