/// A regular expression taken apart.
indirect enum PatternTree: Sendable {
    /// One of some characters.
    case characters(ScalarSet)
    /// Nothing, at places where something holds.
    case condition(PatternCondition)
    /// One after the other; none for the empty pattern.
    case sequence([PatternTree])
    /// One of several.
    case choice([PatternTree])
    /// So many times, or more where there is no most.
    case repeated(PatternTree, least: Int, most: Int?)

    /// The only text that matches as a whole; nil where several may, and for other than ASCII, as texts are equal that are
    /// composed in different ways, but don't match.
    var literal: String? {
        switch self {
        case .characters(let characters):
            return characters.only.flatMap { $0.isASCII ? String($0) : nil }
        case .sequence(let parts):
            var text = ""
            for part in parts {
                guard let piece = part.literal else { return nil }
                text += piece
            }
            return text
        case .condition, .choice, .repeated: return nil
        }
    }
}

/// What a pattern may ask of a place in a name without reading on.
enum PatternCondition: Sendable {
    /// It is the beginning of the name.
    case textStart
    /// It is the end of the name.
    case textEnd
    /// It is the end of the name, or before the end of a line that ends the name.
    case lastLineEnd
    /// A line begins here.
    case lineStart
    /// A line ends here.
    case lineEnd
    /// A word begins or ends here, or neither where `isWanted` is false.
    case wordBoundary(isWanted: Bool)
    /// A text that matches begins here (ahead) or ends here (behind), or none where `isWanted` is false.
    case text(PatternTree, isAhead: Bool, isWanted: Bool)
}
