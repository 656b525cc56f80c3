import NibbleText

/// Why a checkpoint could not be opened, read or written.
///
/// `description` is a sentence for the user: what is wrong, where, and what to do. Names that come from files are
/// escaped in it, so it may go to a terminal as it is.
public enum CheckpointError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A file or folder can't be reached or isn't a model at all.
    case location(path: String, LocationProblem)
    /// A safetensors file contradicts its format or itself.
    case safetensors(file: String, SafetensorsProblem)
    /// A GGUF file contradicts its format or itself.
    case gguf(file: String, GGUFProblem)
    /// A shard index doesn't fit its shards.
    case index(file: String, IndexProblem)
    /// `config.json` isn't JSON, or a value in it is missing or of the wrong kind.
    case configuration(file: String, problem: String)
    /// A tensor was asked for something that it can't give.
    case tensor(name: String, TensorProblem)
    /// A file could not be written; nothing was left behind.
    case writing(path: String, reason: String)

    /// The sentence.
    public var description: String {
        switch self {
        case .location(let path, let problem): problem.sentence(path.printable)
        case .safetensors(let file, let problem): problem.sentence(file.printable)
        case .gguf(let file, let problem): problem.sentence(file.printable)
        case .index(let file, let problem): problem.sentence(file.printable)
        case .configuration(let file, let problem): "\(file.printable): \(problem)."
        case .tensor(let name, let problem): problem.sentence("“\(name.printable(limit: 200))”")
        case .writing(let path, let reason):
            "\(path.printable) could not be written: \(reason). The file that was there before, if any, is unchanged."
        }
    }
}

/// What is wrong with a path.
public enum LocationProblem: Equatable, Sendable {
    /// Nothing is there.
    case missing
    /// The system refused; its own words.
    case unreadable(reason: String)
    /// A pipe, socket or device where a file should be, or a folder where a file should be.
    case notAFile
    /// The file got shorter after it was opened.
    case shrunk(from: Int, to: Int)
    /// A folder without any weights.
    case noWeights(hasConfiguration: Bool)
    /// Several weight files and nothing that says how they belong together.
    case indexMissing(files: [String])
    /// Pickles alone: loading one runs code that the file brings along.
    case onlyPickles(files: [String])
    /// Several GGUF files in one folder: each is a model of its own.
    case severalModels(files: [String])
    /// A Git LFS pointer in place of the weights.
    case gitPointer
    /// Not a weight file of any known format.
    case unknownFormat

    func sentence(_ path: String) -> String {
        switch self {
        case .missing:
            "\(path) does not exist. Check the path, or start nibble without one to choose a model."
        case .unreadable(let reason): "\(path) can’t be read: \(reason)."
        case .notAFile: "\(path) is not a regular file. Give a model folder, or a .safetensors or .gguf file."
        case .shrunk(let from, let to):
            "\(path) was cut from \(from) to \(to) bytes while it was open. Restore it and open the model again."
        case .noWeights(let hasConfiguration): noWeightsSentence(path, hasConfiguration)
        case .indexMissing(let files):
            "\(path) holds \(files.count) safetensors files (\(list(files))) but neither model.safetensors nor "
                + "model.safetensors.index.json, so their order is unknown. Add the index, or open one of the files."
        case .onlyPickles(let files): picklesSentence(path, files)
        case .severalModels(let files):
            "\(path) holds \(files.count) GGUF files (\(list(files))), each a model of its own. Open one of them."
        case .gitPointer:
            "\(path) is a Git LFS pointer, not the weights. Run “git lfs pull” in the model’s folder."
        case .unknownFormat: "\(path) is not a weight file that nibble knows. It reads safetensors and GGUF."
        }
    }

    private func noWeightsSentence(_ path: String, _ hasConfiguration: Bool) -> String {
        hasConfiguration
            ? "\(path) has a config.json but no weights. Add model.safetensors, or finish the download."
            : "\(path) holds no model: it should have a config.json and model.safetensors (or shards and their index)."
    }

    private func picklesSentence(_ path: String, _ files: [String]) -> String {
        "\(path) has its weights only as Python pickles (\(list(files))). A pickle runs code when it is loaded, so "
            + "nibble never opens one. Convert it in Python: transformers’ save_pretrained(folder) writes safetensors."
    }

    private func list(_ files: [String]) -> String {
        let shown = files.prefix(3).map { $0.printable(limit: 80) }.joined(separator: ", ")
        return files.count > 3 ? shown + ", …" : shown
    }
}

/// What is wrong with a safetensors file.
public enum SafetensorsProblem: Error, Equatable, Sendable {
    /// Fewer than the 8 bytes of the header's length.
    case tooShort(count: Int)
    /// The header would be longer than the rest of the file.
    case headerBeyondFile(length: UInt64, available: Int)
    /// The header is longer than the format's limit.
    case headerTooLong(length: UInt64, limit: Int)
    /// The header isn't the JSON that the format asks for; the offset counts from the file's start.
    case header(problem: String, offset: Int)
    /// Two tensors have one name.
    case duplicateTensor(String)
    /// A tensor's type is not in the format's list.
    case unknownType(tensor: String, type: String)
    /// Shape and type give more bytes than 64 bits can count.
    case shapeOverflow(tensor: String, shape: [Int])
    /// The bytes listed aren't what shape and type need.
    case sizeMismatch(tensor: String, needed: Int, listed: Int)
    /// A range that ends before it begins.
    case reversedRange(tensor: String, begin: Int, end: Int)
    /// A tensor that reaches beyond the file's end.
    case cutShort(tensor: String, end: Int, fileCount: Int)
    /// Two tensors share bytes.
    case overlap(tensor: String, previous: String, offset: Int)
    /// Bytes that belong to no tensor.
    case hole(from: Int, to: Int, before: String?)

    func sentence(_ file: String) -> String {
        switch self {
        case .tooShort(let count):
            "\(file) is cut short: it has \(count) bytes, a safetensors file has at least 10. Download it again."
        case .headerBeyondFile(let length, let available):
            "\(file) says that its header has \(length) bytes, but only \(available) follow. It is cut short or not "
                + "a safetensors file; download it again."
        case .headerTooLong(let length, let limit):
            "\(file) says that its header has \(length) bytes; safetensors allows \(limit). It is damaged."
        case .header(let problem, let offset):
            "\(file) has a damaged header: \(problem) at byte \(offset). Download it again."
        default: tensorSentence(file)
        }
    }

    private func tensorSentence(_ file: String) -> String {
        switch self {
        case .duplicateTensor(let tensor):
            "\(file) lists the tensor \(quoted(tensor)) twice. Save the model again."
        case .unknownType(let tensor, let type):
            "\(file): tensor \(quoted(tensor)) has the type \(quoted(type)), which nibble does not know. Known are "
                + ElementType.safetensorsTypes.map(\.safetensorsName).joined(separator: ", ") + "."
        case .shapeOverflow(let tensor, let shape):
            "\(file): tensor \(quoted(tensor)) has the impossible shape \(shape.prefix(8)). The header is damaged."
        case .sizeMismatch(let tensor, let needed, let listed):
            "\(file): tensor \(quoted(tensor)) needs \(needed) bytes for its shape and type, but \(listed) are listed. "
                + "The header is damaged; save or download the model again."
        default: rangeSentence(file)
        }
    }

    private func rangeSentence(_ file: String) -> String {
        switch self {
        case .reversedRange(let tensor, let begin, let end):
            "\(file): tensor \(quoted(tensor)) begins at \(begin) and ends at \(end). The header is damaged."
        case .cutShort(let tensor, let end, let fileCount):
            "\(file) is cut short: tensor \(quoted(tensor)) ends at byte \(end), the file at byte \(fileCount). "
                + "Download it again."
        case .overlap(let tensor, let previous, let offset):
            "\(file): tensors \(quoted(previous)) and \(quoted(tensor)) overlap at byte \(offset). The file is damaged."
        case .hole(let from, let to, let tensor):
            "\(file): bytes \(from) to \(to)\(tensor.map { " before tensor \(quoted($0))" } ?? " at the end") "
                + "belong to no tensor. The file is damaged."
        default: "\(file) is damaged."
        }
    }
}

/// What is wrong between a shard index and its shards.
public enum IndexProblem: Equatable, Sendable {
    /// The index isn't JSON of the right form.
    case malformed(problem: String)
    /// A shard's name leads out of the model's folder.
    case unsafeShardName(String)
    /// A shard that the index names is not there.
    case shardMissing(shard: String, tensorCount: Int)
    /// A tensor is not in the shard that the index names.
    case tensorMissing(tensor: String, shard: String)
    /// Two shards hold a tensor of the same name.
    case duplicateTensor(tensor: String, first: String, second: String)

    func sentence(_ file: String) -> String {
        switch self {
        case .malformed(let problem): "\(file) is not a shard index: \(problem)."
        case .unsafeShardName(let shard):
            "\(file) names the shard \(quoted(shard)), which lies outside the model’s folder. Nibble does not open it."
        case .shardMissing(let shard, let count):
            "\(file) places \(count) tensors in \(shard.printable(limit: 200)), which is not there. "
                + "Finish the download."
        case .tensorMissing(let tensor, let shard):
            "\(file) places tensor \(quoted(tensor)) in \(shard.printable(limit: 200)), which does not have it. "
                + "Index and shards are of different versions; download both again."
        case .duplicateTensor(let tensor, let first, let second):
            "\(file): tensor \(quoted(tensor)) is in both \(first.printable(limit: 200)) and "
                + "\(second.printable(limit: 200)). Save the model again."
        }
    }
}

/// What a tensor can't give.
public enum TensorProblem: Equatable, Sendable {
    /// No tensor has the name; `nearest` are similar names.
    case missing(nearest: [String])
    /// The type can't be read as numbers of 32 bits.
    case notFloatingPoint(ElementType)
    /// The elements asked for aren't all in the tensor.
    case rangeOutside(Range<Int>, elementCount: Int)

    func sentence(_ name: String) -> String {
        switch self {
        case .missing(let nearest):
            "The checkpoint has no tensor \(name)."
                + (nearest.isEmpty ? "" : " Similar: \(nearest.map(quoted).joined(separator: ", ")).")
        case .notFloatingPoint(let type):
            "Tensor \(name) holds \(type.safetensorsName) elements; nibble computes with F64, F32, F16 and BF16."
        case .rangeOutside(let range, let count):
            "Tensor \(name) has \(count) elements; \(range.lowerBound) to \(range.upperBound) were asked for."
        }
    }
}

/// A name from a file, escaped and in quotes.
private func quoted(_ name: String) -> String { "“\(name.printable(limit: 200))”" }
