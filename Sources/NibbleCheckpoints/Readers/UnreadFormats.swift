import Foundation

/// A format that is recognized so that a sentence can say why it stays closed.
protocol UnreadFormat: CheckpointReader {
    /// Why.
    static func problem(_ source: CheckpointSource) -> LocationProblem
}

extension UnreadFormat {
    static func glance(_ source: CheckpointSource) throws(CheckpointError) {
        throw .location(path: source.url.path, problem(source))
    }

    static func open(_ source: CheckpointSource) throws(CheckpointError) -> Checkpoint {
        throw .location(path: source.url.path, problem(source))
    }
}

/// Recognizes PyTorch pickles and explains why they stay closed.
enum PickleNotice: UnreadFormat {
    static let formatName = "Python pickle"
    private static let extensions: Set<String> = ["bin", "pt", "pth", "ckpt", "pkl"]
    /// What a trainer leaves beside the weights.
    private static let namesWithoutWeights: Set<String> = [
        "training_args.bin", "optimizer.pt", "optimizer.bin", "scheduler.pt", "rng_state.pth", "scaler.pt",
    ]

    private static func pickles(_ source: CheckpointSource) -> [URL] {
        source.files(withExtensions: extensions).filter {
            !namesWithoutWeights.contains($0.lastPathComponent)
        }
    }

    /// torch.save writes a ZIP archive, and wrote a pickle of protocol 2 before (its first byte PROTO, its second the number).
    static func isPickle(_ start: [UInt8]) -> Bool {
        start.starts(with: [0x50, 0x4B, 0x03, 0x04])
            || start.count > 1 && start[0] == 0x80 && (2...5).contains(start[1])
    }

    static func recognize(_ source: CheckpointSource) -> Recognition {
        if case .file(_, let start, let count) = source, isPickle(start),
            ForeignContent.of(start, byteCount: count) == nil
        {
            return .byContent
        }
        return pickles(source).isEmpty ? .no : .byName
    }

    static func weightFiles(_ source: CheckpointSource) -> [URL] {
        if case .file(let url, _, _) = source { [url] } else { pickles(source) }
    }

    static func problem(_ source: CheckpointSource) -> LocationProblem {
        let files = weightFiles(source)
        // Other files have such names too: GGML’s of 2023, and what a server answered in place of the weights.
        if case .folder = source, let first = files.first, let content = content(of: first) {
            return .onlyForeign(
                file: first.lastPathComponent, what: content.what, advice: content.advice)
        }
        return .onlyPickles(files: files.map(\.lastPathComponent))
    }

    /// What a file is that is certainly no pickle; nil for what may be one.
    private static func content(of url: URL) -> ForeignContent? {
        guard let file = try? MappedFile.open(url.path) else { return nil }
        return file.withUnsafeBytes {
            ForeignContent.of(Array($0.prefix(CheckpointSource.sniffedCount)), byteCount: $0.count)
        }
    }
}
