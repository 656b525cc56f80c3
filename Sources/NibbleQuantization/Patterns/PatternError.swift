/// What is wrong with a pattern, and where.
public struct PatternError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The character where the pattern stops making sense, from 1; one beyond the last for its end.
    public let place: Int
    /// What is wrong and what to do, a sentence without the place.
    public let problem: String

    /// The sentence, the place first.
    public var description: String { "Character \(place): \(problem)" }
}
