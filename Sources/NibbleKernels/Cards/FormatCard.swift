/// What is known about a format besides its numbers: where it is from, what runs it.
///
/// Each format states its own beside its family's in this folder; sizes are not part of it, as a ``PackedLayout`` has them.
public struct FormatCard: Hashable, Sendable {
    /// Papers, specifications and files that define the format.
    public let sources: [Citation]
    /// What hardware does with it, as sentences.
    public let hardware: String
    /// Programs that make it.
    public let writers: [String]
    /// Programs that multiply it.
    public let runners: [String]

    init(sources: [Citation], hardware: String, writers: [String], runners: [String]) {
        self.sources = sources
        self.hardware = hardware
        self.writers = writers
        self.runners = runners
    }
}

/// A paper, a specification or a file.
public struct Citation: Hashable, Sendable, CustomStringConvertible {
    /// Who wrote it.
    public let author: String
    /// What it is called.
    public let title: String
    /// When it appeared.
    public let year: Int
    /// Where it is found: an arXiv number, a revision, a pull request.
    public let place: String

    init(_ author: String, _ title: String, _ year: Int, _ place: String = "") {
        self.author = author
        self.title = title
        self.year = year
        self.place = place
    }

    /// “author: title, year, place”.
    public var description: String { "\(author): \(title), \(year)" + (place.isEmpty ? "" : ", \(place)") }
}
