/// Why a JSON text was refused, and at which byte.
///
/// `description` is the middle of a sentence; callers put the file's name before it.
public struct JSONError: Error, Equatable, CustomStringConvertible {
    /// Byte offset from the start of the text.
    public let offset: Int
    /// What is wrong there.
    public let problem: String

    /// An error at a place.
    public init(offset: Int, problem: String) {
        self.offset = offset
        self.problem = problem
    }

    /// The problem and its place, without a final stop.
    public var description: String { "\(problem) at byte \(offset)" }
}
