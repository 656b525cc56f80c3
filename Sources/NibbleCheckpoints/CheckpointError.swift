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
    /// Not a weight file of any known format.
    case unknownFormat
    /// Something else in place of weights: what it is, and what to do.
    case foreign(what: String, advice: String)
    /// A folder whose weights are of other formats alone.
    case onlyForeign(file: String, what: String, advice: String)
    /// A folder with an adapter's configuration and no weights that nibble reads.
    case onlyAdapter(files: [String])
    /// A link whose target is gone.
    case danglingLink(target: String)
    /// A folder without weights whose folders are models.
    case modelsInside(folders: [String])
    /// A folder of several models, such as a pipeline of diffusers.
    case pipeline
    /// Several indexes, each for shards of its own.
    case severalIndexes(files: [String])

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
                + "model.safetensors.index.json, so which belong together is unknown. Add the index, or open one of the "
                + "files."
        case .modelsInside(let folders):
            "\(path) holds no model itself, but its folders do (\(list(folders))). Open one of these."
        case .pipeline:
            "\(path) holds a pipeline of several models (model_index.json), each in a folder of its own. Open one of these "
                + "folders."
        case .severalIndexes(let files):
            "\(path) holds \(files.count) shard indexes (\(list(files))), each for a model of its own. Keep one of them "
                + "in the folder."
        case .onlyPickles(let files): picklesSentence(path, files)
        case .severalModels(let files):
            "\(path) holds \(files.count) GGUF files (\(list(files))), each a model of its own. Open one of them."
        case .foreign(let what, let advice): "\(path) is \(what). \(advice)"
        case .onlyForeign(let file, let what, let advice):
            "\(path) holds no weights that nibble reads: \(file.printable(limit: 120)) is \(what). \(advice)"
        case .onlyAdapter(let files):
            "\(path) holds an adapter (\(list(files))) without weights that nibble reads, and no model of its own. Merge "
                + "it into its base model (peft: merge_and_unload), and open that."
        case .danglingLink(let target):
            "\(path) is a link to \(target.printable(limit: 200)), which is not there: the download was not finished, or the "
                + "cache was cleared. Download the model again."
        case .unknownFormat: "\(path) is not a weight file that nibble knows. It reads safetensors and GGUF."
        }
    }

    private func noWeightsSentence(_ path: String, _ hasConfiguration: Bool) -> String {
        hasConfiguration
            ? "\(path) has a config.json but no weights. Add model.safetensors, or finish the download."
            : "\(path) holds no model: it should have a config.json and model.safetensors (or shards and their index)."
    }

    private func picklesSentence(_ path: String, _ files: [String]) -> String {
        let isOne = files.count == 1 && files.first.map { path.hasSuffix("/" + $0.printable) } ?? false
        return
            "\(path) \(isOne ? "is a Python pickle" : "has its weights only as Python pickles (\(list(files)))"). A pickle runs code when it is loaded, so "
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
            "\(file) is cut short: \(missingBytes(end - fileCount)) missing at its end (tensor \(quoted(tensor)) ends at byte "
                + "\(end), the file at byte \(fileCount)). Download it again."
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
    /// Two shards hold a tensor of the same name.
    case duplicateTensor(tensor: String, first: String, second: String)

    func sentence(_ file: String) -> String {
        switch self {
        case .malformed(let problem): "\(file) is not a shard index: \(problem)."
        case .unsafeShardName(let shard):
            "\(file) names the shard \(quoted(shard)), which is no file inside the model’s folder. Nibble does not open it."
        case .shardMissing(let shard, let count):
            "\(file) places \(count) \(count == 1 ? "tensor" : "tensors") in \(shard.printable(limit: 200)), which is not "
                + "there. Finish the download."
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
    /// The index places it in a shard that doesn't have it.
    case absent(shard: String)
    /// The type can't be read as numbers of 32 bits.
    case notFloatingPoint(ElementType)
    /// The elements asked for aren't all in the tensor.
    case rangeOutside(Range<Int>, elementCount: Int)

    func sentence(_ name: String) -> String {
        switch self {
        case .missing(let nearest):
            "The checkpoint has no tensor \(name)."
                + (nearest.isEmpty ? "" : " Similar: \(nearest.map(quoted).joined(separator: ", ")).")
        case .absent(let shard):
            "The checkpoint has no tensor \(name): its index places it in \(shard.printable(limit: 200)), which does not "
                + "have it. Index and shards are of different versions; download both again."
        case .notFloatingPoint(.unreadable(let type)):
            "Tensor \(name) is of the type \(type.name.printable(limit: 60)), which \(type.isRemoved ? "ggml has given up" : "nibble does not know"): it can’t be read."
        case .notFloatingPoint(let type):
            "Tensor \(name) holds \(type.safetensorsName) elements; nibble computes with F64, F32, F16 and BF16."
        case .rangeOutside(let range, let count):
            "Tensor \(name) has \(count) elements; \(range.lowerBound) to \(range.upperBound) were asked for."
        }
    }
}

/// “1 byte is”, “8 bytes are”.
func missingBytes(_ count: Int) -> String { count == 1 ? "1 byte is" : "\(count) bytes are" }

/// A name from a file, escaped and in quotes.
private func quoted(_ name: String) -> String { "“\(name.printable(limit: 200))”" }
