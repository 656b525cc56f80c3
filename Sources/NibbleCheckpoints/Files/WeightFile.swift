import Foundation
import NibbleText

/// Opening of files that should hold weights.
enum WeightFile {
    /// Maps a file of weights.
    ///
    /// - Throws: `CheckpointError.location`: also for a link that leads nowhere, and for what is certainly something else.
    static func open(_ url: URL) throws(CheckpointError) -> MappedFile {
        let file = try openAny(url.path)
        try withExtendedLifetime(file) { () throws(CheckpointError) in
            let start = Array(file.bytes.prefix(CheckpointSource.sniffedCount))
            let name = url.lastPathComponent
            let piece = ForeignContent.piece(name.lowercased())
            if let content = piece ?? ForeignContent.of(start, byteCount: file.count) {
                throw .location(path: url.path, .foreign(what: content.what, advice: content.advice))
            }
            if PickleNotice.isPickle(start) { throw .location(path: url.path, .onlyPickles(files: [name])) }
        }
        return file
    }

    /// Maps a file, and tells a link that leads nowhere from a path that is wrong.
    static func openAny(_ path: String) throws(CheckpointError) -> MappedFile {
        do throws(CheckpointError) { return try MappedFile.open(path) } catch {
            throw refined(error, path)
        }
    }

    /// The error for a path, which says so where the path is a link that leads nowhere.
    static func refined(_ error: CheckpointError, _ path: String) -> CheckpointError {
        guard case .location(_, .missing) = error, let target = danglingTarget(path) else { return error }
        return .location(path: path, .danglingLink(target: target))
    }

    /// Where a link points to that leads nowhere; nil for anything else.
    static func danglingTarget(_ path: String) -> String? {
        guard SystemPath.status(path) == nil else { return nil }
        return try? FileManager.default.destinationOfSymbolicLink(atPath: path)
    }
}
