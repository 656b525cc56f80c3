/// Recognizes GGUF and says that nibble doesn't read it yet.
enum GGUFNotice: CheckpointReader {
    static let formatName = "GGUF"

    static func recognize(_ source: CheckpointSource) -> Recognition {
        if case .file(_, let start, _) = source, start.starts(with: Array("GGUF".utf8)) { return .byContent }
        return source.fileNames(withExtensions: ["gguf"]).isEmpty ? .no : .byName
    }

    static func open(_ source: CheckpointSource) throws(CheckpointError) -> Checkpoint {
        throw .location(path: source.url.path, .unsupportedFormat(formatName))
    }
}

/// Recognizes PyTorch pickles and explains why they stay closed.
enum PickleNotice: CheckpointReader {
    static let formatName = "Python pickle"

    static func recognize(_ source: CheckpointSource) -> Recognition {
        if case .file(_, let start, _) = source, start.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
            return .byContent
        }
        let names = source.fileNames(withExtensions: ["bin", "pt", "pth", "ckpt", "pkl"])
        return names.isEmpty ? .no : .byName
    }

    static func open(_ source: CheckpointSource) throws(CheckpointError) -> Checkpoint {
        let names = source.fileNames(withExtensions: ["bin", "pt", "pth", "ckpt", "pkl"])
        throw .location(
            path: source.url.path, .onlyPickles(files: names.isEmpty ? [source.url.lastPathComponent] : names)
        )
    }
}
