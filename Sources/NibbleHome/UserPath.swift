import Foundation

/// A path as a person types it.
public enum UserPath {
    /// The file that a typed path means: `~` is `$HOME`, `~ada` is that user's home, other paths count from the current
    /// folder.
    ///
    /// - Throws: ``HomeError/noFolder(_:)`` if there is no such user.
    public static func file(
        _ text: String, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(HomeError) -> URL {
        guard text.hasPrefix("~") else { return URL(fileURLWithPath: text) }
        let name = text.dropFirst().prefix { $0 != "/" }
        let rest = text.dropFirst(1 + name.count)
        return URL(fileURLWithPath: try home(of: String(name), environment) + rest)
    }

    /// The path as a person would type it: below `$HOME` with `~`.
    public static func short(
        _ url: URL, environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> String {
        guard let home = environment["HOME"], home.count > 1 else { return url.path }
        let folder = home.hasSuffix("/") ? home : home + "/"
        return url.path.hasPrefix(folder) ? "~/" + url.path.dropFirst(folder.count) : url.path
    }

    private static func home(
        of user: String, _ environment: [String: String]
    ) throws(HomeError) -> String {
        if user.isEmpty, let home = environment["HOME"], !home.isEmpty { return home }
        var entry = passwd()
        var result: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 1 << 14)
        let code =
            user.isEmpty
            ? getpwuid_r(getuid(), &entry, &buffer, buffer.count, &result)
            : getpwnam_r(user, &entry, &buffer, buffer.count, &result)
        guard code == 0, result != nil, let folder = entry.pw_dir else {
            throw .noFolder(
                user.isEmpty
                    ? "~ means nothing here: $HOME is not set." : "There is no user \(user.printable) here.")
        }
        return String(cString: folder)
    }
}
