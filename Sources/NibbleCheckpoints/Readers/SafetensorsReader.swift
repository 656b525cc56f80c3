import Foundation
import NibbleText

/// Opens safetensors: one file, or a folder with `model.safetensors` or with shards and their index.
enum SafetensorsReader: CheckpointReader {
    static let formatName = "safetensors"
    static let fileName = "model.safetensors"
    static let indexName = "model.safetensors.index.json"

    static func recognize(_ source: CheckpointSource) -> Recognition {
        switch source {
        case .folder(_, let names):
            let weights = source.fileNames(withExtensions: [formatName])
            return weights.isEmpty && !names.contains(indexName) ? .no : .byContent
        case .file(_, let start, let byteCount):
            if looksRight(start, byteCount) { return .byContent }
            return source.fileNames(withExtensions: [formatName]).isEmpty ? .no : .byName
        }
    }

    /// A header length that fits the file, then “{”.
    private static func looksRight(_ start: [UInt8], _ byteCount: Int) -> Bool {
        guard start.count > 8, start[8] == UInt8(ascii: "{") else { return false }
        let length = start[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return length <= UInt64(byteCount - 8)
    }

    static func weightFiles(_ source: CheckpointSource) throws(CheckpointError) -> [URL] {
        try layout(source).files
    }

    static func glance(_ source: CheckpointSource) throws(CheckpointError) {
        for url in try layout(source).files {
            let file = try MappedFile.open(url.path)
            try withExtendedLifetime(file) { () throws(CheckpointError) in
                try refuseGitPointer(file)
                try SafetensorsHeader.checkLength(file.bytes, file: url.lastPathComponent)
            }
        }
    }

    /// A repository cloned without Git LFS has small texts where the weights should be.
    static func refuseGitPointer(_ file: MappedFile) throws(CheckpointError) {
        if file.bytes.starts(with: "version https://git-lfs".utf8) {
            throw .location(path: file.path, .gitPointer)
        }
    }

    /// Which files belong together, and the index that says so if there is one.
    private static func layout(
        _ source: CheckpointSource
    ) throws(CheckpointError) -> (files: [URL], index: ShardIndex?) {
        guard case .folder(let folder, let names) = source else { return ([source.url], nil) }
        if names.contains(fileName) { return ([folder.appendingPathComponent(fileName)], nil) }
        if names.contains(indexName) {
            let index = try shardIndex(folder)
            return (index.shards.map { folder.appendingPathComponent($0) }, index)
        }
        let weights = source.files(withExtensions: [formatName])
        guard weights.count == 1 else {
            throw .location(path: folder.path, .indexMissing(files: weights.map(\.lastPathComponent)))
        }
        return (weights, nil)
    }

    private static func shardIndex(_ folder: URL) throws(CheckpointError) -> ShardIndex {
        let file = try MappedFile.open(folder.appendingPathComponent(indexName).path)
        let index = try withExtendedLifetime(file) { () throws(CheckpointError) in
            try ShardIndex(file.bytes, file: indexName)
        }
        for shard in index.shards
        where !FileManager.default.fileExists(atPath: folder.appendingPathComponent(shard).path) {
            let count = index.shardOfTensor.values.count { $0 == shard }
            throw .index(file: indexName, .shardMissing(shard: shard, tensorCount: count))
        }
        return index
    }

    static func open(_ source: CheckpointSource) throws(CheckpointError) -> Checkpoint {
        let layout = try layout(source)
        var merger = ShardMerger()
        for url in layout.files { try merger.add(try MappedFile.open(url.path), name: url.lastPathComponent) }
        if let index = layout.index { try merger.compare(with: index) }
        return Checkpoint(
            location: source.url, kind: formatName, files: merger.files, tensors: merger.tensors,
            metadata: merger.metadata,
            configuration: try ConfigurationFile.openIfPresent(in: source.folder), warnings: merger.warnings)
    }
}

/// Puts the tensors of several files into one list, and holds it against the index.
private struct ShardMerger {
    private(set) var files: [MappedFile] = []
    private(set) var tensors: [TensorDescription] = []
    private(set) var metadata: [String: String] = [:]
    private(set) var warnings: [String] = []
    private var fileNames: [String] = []
    private var fileOfTensor: [String: Int] = [:]

    mutating func add(_ file: MappedFile, name: String) throws(CheckpointError) {
        let header = try withExtendedLifetime(file) { () throws(CheckpointError) in
            try SafetensorsReader.refuseGitPointer(file)
            return try SafetensorsHeader(file.bytes, file: name, fileIndex: files.count)
        }
        for tensor in header.tensors {
            if let first = fileOfTensor.updateValue(files.count, forKey: tensor.name) {
                throw .index(
                    file: SafetensorsReader.indexName,
                    .duplicateTensor(tensor: tensor.name, first: fileNames[first], second: name))
            }
        }
        files.append(file)
        fileNames.append(name)
        tensors += header.tensors
        metadata.merge(header.metadata) { first, _ in first }
    }

    mutating func compare(with index: ShardIndex) throws(CheckpointError) {
        for (tensor, shard) in index.shardOfTensor.sorted(by: { $0.key < $1.key }) {
            guard let file = fileOfTensor[tensor], index.shards[file] == shard else {
                throw .index(file: SafetensorsReader.indexName, .tensorMissing(tensor: tensor, shard: shard))
            }
        }
        let unlisted = tensors.filter { index.shardOfTensor[$0.name] == nil }
        if let first = unlisted.first {
            warnings.append(
                "\(SafetensorsReader.indexName) does not list \(unlisted.count) of the shards’ tensors, "
                    + "for example “\(first.name.printable(limit: 200))” in \(fileNames[first.fileIndex].printable)."
            )
        }
        let total = tensors.reduce(0) { $0 + $1.byteCount }
        if let listed = index.totalSize, listed != total {
            warnings.append(
                "\(SafetensorsReader.indexName) promises \(listed) bytes of tensors, the shards hold \(total)."
            )
        }
    }
}
