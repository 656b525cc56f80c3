import Foundation

/// The user's own folders for nibble (XDG Base Directory Specification).
///
/// ```swift
/// let folders = UserFolders(environment: ["HOME": "/home/ada"])
/// folders.state.path                                      // "/home/ada/.local/state/nibble"
/// ```
public struct UserFolders: Sendable, Hashable {
    /// What nibble remembers between runs: `$XDG_STATE_HOME/nibble`, or `~/.local/state/nibble` where that isn't set or
    /// is no absolute path.
    public let state: URL

    /// The folders of the user whose environment this is.
    public init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        let home = URL(fileURLWithPath: environment["HOME"] ?? NSHomeDirectory())
        let named = environment["XDG_STATE_HOME"].flatMap {
            $0.hasPrefix("/") ? URL(fileURLWithPath: $0) : nil
        }
        state = (named ?? home.appendingPathComponent(".local/state")).appendingPathComponent("nibble")
    }
}
