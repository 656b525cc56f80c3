import CNibbleTerminal

/// Whether characters are UTF-8, and what a person should know about it.
struct LocaleChoice: Hashable {
    let isUTF8: Bool
    let remark: String?

    /// Locales with UTF-8 that a machine may have, whatever the user's own is.
    private static let common = ["C.UTF-8", "C.utf8", "en_US.UTF-8", "en_US.utf8"]

    /// What taking a locale by its name can come to.
    enum Outcome {
        case missing, other, utf8
    }

    /// Takes the locale of the environment for this process, or one with UTF-8 where that isn't installed.
    static func take(_ environment: [String: String]) -> LocaleChoice {
        choose(environment) { name in
            switch Int(nibble_locale_take(name)) {
            case NIBBLE_LOCALE_UTF8: .utf8
            case NIBBLE_LOCALE_OTHER: .other
            default: .missing
            }
        }
    }

    /// - Parameter take: Takes a locale by name; that of the environment for an empty one.
    static func choose(_ environment: [String: String], take: (String) -> Outcome) -> LocaleChoice {
        let variable = ["LC_ALL", "LC_CTYPE", "LANG"].first { !(environment[$0] ?? "").isEmpty }
        let name = variable.flatMap { environment[$0] } ?? ""
        let shown = TerminalError.safe(name)
        switch take("") {
        case .utf8: return LocaleChoice(isUTF8: true, remark: nil)
        case .other where name.isEmpty:
            // Nobody has said anything: most terminals are UTF-8 today.
            return LocaleChoice(isUTF8: common.contains { take($0) == .utf8 }, remark: nil)
        case .other:
            let isPlain = name == "C" || name == "POSIX"
            return LocaleChoice(
                isUTF8: false,
                remark: isPlain ? nil : "The locale \(shown) is not UTF-8, so the screen is drawn in ASCII.")
        case .missing: break
        }
        let missing = "The locale \(shown) (from \(variable ?? "LANG")) is not installed on this machine"
        if wantsUTF8(name), let found = common.first(where: { take($0) == .utf8 }) {
            return LocaleChoice(isUTF8: true, remark: "\(missing): \(found) is used instead.")
        }
        _ = take("C")
        return LocaleChoice(isUTF8: false, remark: "\(missing), so the screen is drawn in ASCII.")
    }

    /// Whether a locale's name asks for UTF-8, or at least for nothing else.
    private static func wantsUTF8(_ name: String) -> Bool {
        guard let point = name.firstIndex(of: ".") else { return true }
        let codes = name[name.index(after: point)...].prefix { $0 != "@" }.lowercased()
        return codes == "utf-8" || codes == "utf8"
    }
}
