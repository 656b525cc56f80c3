import Foundation

/// One kind of checkpoint: how to recognize it and how to open it.
///
/// A new format is one file with a type of this protocol and one entry in `CheckpointReaders.all`.
protocol CheckpointReader: Sendable {
    /// What the user calls it, for example “safetensors”.
    static var formatName: String { get }
    /// How sure this reader is that `source` is of its kind.
    static func recognize(_ source: CheckpointSource) -> Recognition
    /// The files that hold its weights; nothing of them is read.
    static func weightFiles(_ source: CheckpointSource) throws(CheckpointError) -> [URL]
    /// The numbered parts that it is stored in; nil where it isn't.
    static func parts(_ source: CheckpointSource) throws(CheckpointError) -> PartSet?
    /// A cheap look for what would make `open` fail: the headers of the files.
    static func glance(_ source: CheckpointSource) throws(CheckpointError)
    /// What the model says of itself, read without opening it; nil if it says nothing.
    static func configuration(_ source: CheckpointSource) throws(CheckpointError) -> ConfigurationFile?
    /// Opens it, with every check of the format.
    static func open(_ source: CheckpointSource) throws(CheckpointError) -> Checkpoint
}

extension CheckpointReader {
    static func parts(_ source: CheckpointSource) throws(CheckpointError) -> PartSet? { nil }

    static func configuration(_ source: CheckpointSource) throws(CheckpointError) -> ConfigurationFile? {
        try ConfigurationFile.openIfPresent(in: source.folder)
    }
}

/// How sure a reader is, in rising order.
enum Recognition: Int, Comparable {
    case no
    case byName
    case byContent

    static func < (first: Recognition, second: Recognition) -> Bool { first.rawValue < second.rawValue }
}

/// The readers, in the order in which they are asked.
enum CheckpointReaders {
    static let all: [any CheckpointReader.Type] = [
        SafetensorsReader.self, GGUFReader.self, PickleNotice.self, ForeignNotice.self,
    ]

    /// The reader that is surest; of equals, the first.
    static func reader(for source: CheckpointSource) -> (any CheckpointReader.Type)? {
        var best: (reader: any CheckpointReader.Type, recognition: Recognition)?
        for reader in all {
            let recognition = reader.recognize(source)
            if recognition > (best?.recognition ?? .no) { best = (reader, recognition) }
        }
        return best?.reader
    }
}
