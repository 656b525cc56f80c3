import Foundation
import NibbleText

/// Opens safetensors: one file, or a folder with `model.safetensors`, with shards and their index, or with numbered parts.
enum SafetensorsReader: CheckpointReader {
    static let formatName = "safetensors"
    static let fileName = "model.safetensors"
    static let indexName = "model.safetensors.index.json"

    static func recognize(_ source: CheckpointSource) -> Recognition {
        switch source {
        case .folder(_, let names):
            let weights = source.fileNames(withExtensions: [formatName])
            return weights.isEmpty && !names.contains(where: isIndex) ? .no : .byContent
        case .file(_, let start, let byteCount):
            if looksRight(start, byteCount) { return .byContent }
            return source.fileNames(withExtensions: [formatName]).isEmpty ? .no : .byName
        }
    }

    /// Whether a file of this name is an index of shards: that of another variant stands under `model.safetensors.index.fp16.json`,
    /// that of a diffusion model under `diffusion_pytorch_model.safetensors.index.json`.
    static func isIndex(_ name: String) -> Bool {
        name.contains(".safetensors.index.") && name.hasSuffix(".json")
    }

    /// A header length that fits the file, then “{”, perhaps with blanks before it.
    private static func looksRight(_ start: [UInt8], _ byteCount: Int) -> Bool {
        guard start.count > 8 else { return false }
        let first = start.dropFirst(8).first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        let length = start[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return first == UInt8(ascii: "{") && length <= UInt64(byteCount - 8)
    }

    static func weightFiles(_ source: CheckpointSource) throws(CheckpointError) -> [URL] {
        try SafetensorsLayout(source).files
    }

    static func parts(_ source: CheckpointSource) throws(CheckpointError) -> PartSet? {
        try SafetensorsLayout(source).parts
    }

    static func glance(_ source: CheckpointSource) throws(CheckpointError) {
        for url in try SafetensorsLayout(source).files {
            let file = try WeightFile.open(url)
            _ = try withExtendedLifetime(file) { () throws(CheckpointError) in
                try SafetensorsHeader(file.bytes, file: url.lastPathComponent)
            }
        }
    }

    static func open(_ source: CheckpointSource) throws(CheckpointError) -> Checkpoint {
        let layout = try SafetensorsLayout(source)
        var merger = ShardMerger(indexName: layout.index?.file ?? indexName)
        for url in layout.files { try merger.add(url) }
        if let index = layout.index { merger.compare(with: index) }
        var checkpoint = Checkpoint(
            location: source.url, kind: formatName, files: merger.files, tensors: merger.tensors,
            metadata: merger.metadata, warnings: merger.warnings + layout.warnings)
        checkpoint.absentTensors = merger.absentTensors
        checkpoint.parts = layout.parts
        checkpoint.readConfiguration(of: source)
        return checkpoint
    }
}

/// Which files of a source belong together.
struct SafetensorsLayout {
    /// The files, in order.
    private(set) var files: [URL]
    /// The index that says so, if there is one.
    private(set) var index: ShardIndex?
    /// The numbered parts that they are; nil where it is one file, or an index lists them.
    private(set) var parts: PartSet?
    /// Sentences about files of weights that aren't opened.
    private(set) var warnings: [String] = []

    init(_ source: CheckpointSource) throws(CheckpointError) {
        let folder = source.folder
        guard case .folder(_, let names) = source else {
            files = [source.url]
            try addParts(of: source.url)
            return
        }
        let weights = source.fileNames(withExtensions: [SafetensorsReader.formatName])
        if names.contains(SafetensorsReader.fileName) {
            files = [folder.appendingPathComponent(SafetensorsReader.fileName)]
        } else if let name = try Self.indexName(names, folder) {
            let index = try Self.index(name, in: folder)
            files = index.shards.map { folder.appendingPathComponent($0) }
            self.index = index
        } else {
            files = []
            try choose(weights, folder)
        }
        remark(weights)
    }

    private static func indexName(_ names: [String], _ folder: URL) throws(CheckpointError) -> String? {
        let indexes = names.filter(SafetensorsReader.isIndex)
        if indexes.contains(SafetensorsReader.indexName) { return SafetensorsReader.indexName }
        guard indexes.count < 2 else {
            throw .location(path: folder.path, .severalIndexes(files: indexes))
        }
        return indexes.first
    }

    private static func index(_ name: String, in folder: URL) throws(CheckpointError) -> ShardIndex {
        let file = try WeightFile.openAny(folder.appendingPathComponent(name).path)
        let index = try withExtendedLifetime(file) { () throws(CheckpointError) in
            try ShardIndex(file.bytes, file: name, folder: folder.standardizedFileURL.path)
        }
        for shard in index.shards {
            let path = folder.appendingPathComponent(shard).path
            guard SystemPath.status(path) == nil else { continue }
            if let target = WeightFile.danglingTarget(path) {
                throw .location(path: path, .danglingLink(target: target))
            }
            let count = index.shardOfTensor.values.count { $0 == shard }
            throw .index(file: name, .shardMissing(shard: shard, tensorCount: count))
        }
        return index
    }

    /// Without an index: one file, or one set of numbered parts.
    private mutating func choose(_ weights: [String], _ folder: URL) throws(CheckpointError) {
        let models = weights.count > 1 ? weights.filter { !Self.isAdapter($0) } : weights
        let (sets, others) = PartName.sets(among: models)
        if let set = sets.first, sets.count == 1, others.isEmpty || set.missing.isEmpty {
            parts = set
            files = set.present.map { folder.appendingPathComponent($0) }
        } else if let only = others.first, others.count == 1, sets.isEmpty {
            files = [folder.appendingPathComponent(only)]
        } else {
            throw .location(path: folder.path, .indexMissing(files: weights))
        }
    }

    private static func isAdapter(_ name: String) -> Bool { name.hasPrefix("adapter_") }

    /// A part that is opened by its own name stands for all parts beside it.
    private mutating func addParts(of url: URL) throws(CheckpointError) {
        guard let part = PartName(url.lastPathComponent), part.count > 1 else { return }
        let folder = url.deletingLastPathComponent()
        let present = part.all.filter {
            SystemPath.status(folder.appendingPathComponent($0).path) != nil
        }
        let set = PartName.sets(among: present.isEmpty ? [url.lastPathComponent] : present).sets.first
        parts = set
        files = (set?.present ?? [url.lastPathComponent]).map { folder.appendingPathComponent($0) }
    }

    /// Sentences about files that a person may take for a part of the model: adapters, and shards that the index leaves out.
    private mutating func remark(_ weights: [String]) {
        let opened = Set(files.map(\.lastPathComponent))
        let others = weights.filter { !opened.contains($0) }
        if let adapter = others.first(where: Self.isAdapter) {
            warnings.append("The adapter \(adapter.printable(limit: 120)) beside the weights is not applied.")
        }
        let names = Set(opened.map(Self.firstWord))
        let shards = index == nil ? [] : others.filter { names.contains(Self.firstWord($0)) }
        guard let first = shards.first else { return }
        warnings.append(
            "\(index?.file.printable ?? "") does not list \(first.printable(limit: 120))"
                + (shards.count > 1 ? " and \(shards.count - 1) more weight files" : "")
                + ": \(shards.count > 1 ? "they are" : "it is") not opened.")
    }

    /// A file's name up to the first point or stroke.
    private static func firstWord(_ name: String) -> Substring { name.prefix { $0 != "-" && $0 != "." } }
}

/// Puts the tensors of several files into one list, and holds it against the index.
private struct ShardMerger {
    let indexName: String
    private(set) var files: [MappedFile] = []
    private(set) var tensors: [TensorDescription] = []
    private(set) var metadata: [String: String] = [:]
    private(set) var warnings: [String] = []
    /// The shard where the index places a tensor that isn't anywhere.
    private(set) var absentTensors: [String: String] = [:]
    private var fileNames: [String] = []
    private var fileOfTensor: [String: Int] = [:]

    init(indexName: String) { self.indexName = indexName }

    mutating func add(_ url: URL) throws(CheckpointError) {
        let name = url.lastPathComponent
        let file = try WeightFile.open(url)
        let header = try withExtendedLifetime(file) { () throws(CheckpointError) in
            try SafetensorsHeader(file.bytes, file: name, fileIndex: files.count)
        }
        for tensor in header.tensors {
            if let first = fileOfTensor.updateValue(files.count, forKey: tensor.name) {
                throw .index(
                    file: indexName,
                    .duplicateTensor(tensor: tensor.name, first: fileNames[first], second: name))
            }
        }
        files.append(file)
        fileNames.append(name)
        tensors += header.tensors
        metadata.merge(header.metadata) { first, _ in first }
    }

    mutating func compare(with index: ShardIndex) {
        warnAboutMissing(index)
        let unlisted = tensors.filter { index.shardOfTensor[$0.name] == nil }
        if let first = unlisted.first {
            warnings.append(
                "\(indexName) does not list \(unlisted.count) of the shards’ tensors, "
                    + "for example “\(first.name.printable(limit: 200))” in \(fileNames[first.fileIndex].printable)."
            )
        }
        let total = tensors.reduce(0) { $0 + $1.byteCount }
        if let listed = index.totalSize, listed != total {
            warnings.append("\(indexName) promises \(listed) bytes of tensors, the shards hold \(total).")
        }
    }

    /// Tensors that the index lists in vain: heads that training had and the model doesn't, or those of another version.
    private mutating func warnAboutMissing(_ index: ShardIndex) {
        var moved: [String] = []
        for (tensor, shard) in index.shardOfTensor.sorted(by: { $0.key < $1.key }) {
            if let file = fileOfTensor[tensor] {
                if index.shards[file] != shard { moved.append(tensor) }
            } else {
                absentTensors[tensor] = shard
            }
        }
        if let first = absentTensors.keys.min() {
            warnings.append(
                "\(indexName) lists \(absentTensors.count) \(absentTensors.count == 1 ? "tensor" : "tensors") that no shard "
                    + "holds, for example “\(first.printable(limit: 200))”.")
        }
        if let first = moved.first {
            warnings.append(
                "\(indexName) places \(moved.count) \(moved.count == 1 ? "tensor" : "tensors") in another shard than the one "
                    + "that holds \(moved.count == 1 ? "it" : "them"), for example “\(first.printable(limit: 200))”."
            )
        }
    }
}
