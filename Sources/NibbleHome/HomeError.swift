import Foundation
import NibbleText

/// Why something of the user's is not found or cannot be kept, as a sentence.
public enum HomeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No model has this name; what was looked through.
    case noModel(String)
    /// A folder that was asked for is not there.
    case noFolder(String)
    /// A file or folder could not be written.
    case notKept(file: String, reason: String)

    /// The sentence; a name in it is made printable.
    public var description: String {
        switch self {
        case .noModel(let sentence), .noFolder(let sentence): sentence
        case .notKept(let file, let reason):
            "\(UserPath.short(URL(fileURLWithPath: file)).printable): \(reason)"
        }
    }
}
