/// What can be wrong with a request to the kernel library.
///
/// Each description is a sentence for the user.
public enum KernelError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Two sizes that must agree don't.
    case shapeMismatch(String)
    /// No format or scheme has this name; the nearest names are offered.
    case unknownName(String)
    /// A format cannot be used with the requested option.
    case unsupported(String)
    /// The memory that something takes is more than there is.
    case outOfMemory(String)
    /// The work was cancelled before it was done.
    case cancelled

    /// The sentence that tells what is wrong and what to do.
    public var description: String {
        switch self {
        case .shapeMismatch(let sentence), .unknownName(let sentence), .unsupported(let sentence),
            .outOfMemory(let sentence):
            sentence
        case .cancelled: "The work was cancelled."
        }
    }
}
