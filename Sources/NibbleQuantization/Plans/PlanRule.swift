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
        do throws(PatternError) {
            _ = try LayerPattern(pattern)
        } catch {
            throw SettingError("\(SettingError.quoted(pattern)) is no regular expression. \(error)")
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
