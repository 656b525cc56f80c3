import NibbleCheckpoints
import NibbleJSON
import NibbleText

/// What a checkpoint's configuration and tensors say of the network, or why they say nothing that can run.
struct OpenedNetwork {
    private(set) var architecture: (any Architecture)?
    private(set) var description: TransformerDescription?
    private(set) var binding: Binding?
    private(set) var problem: String?
    private(set) var remarks: [String] = []
    /// The names of all keys and tensors that aren't understood.
    private(set) var notUnderstood: [String] = []

    init(_ checkpoint: Checkpoint) {
        do throws(TransformerError) {
            try Self.refuseOthers(checkpoint)
            let architecture = try Self.architecture(of: checkpoint)
            self.architecture = architecture
            try describe(architecture, checkpoint)
        } catch { problem = error.description }
    }

    private static func architecture(
        of checkpoint: Checkpoint
    ) throws(TransformerError) -> any Architecture {
        let configuration = checkpoint.configuration
        if let metadata = checkpoint.gguf {
            let name = metadata["general.architecture"]?.text
            let hasExperts = (metadata["\(name ?? "").expert_count"]?.integer ?? 0) > 0
            if let name, let found = ArchitectureCatalogue.architecture(gguf: name, hasExperts: hasExperts) {
                return found
            }
            throw unknown(name.map { [$0] } ?? [], isGGUF: true)
        }
        if let configuration, let found = ArchitectureCatalogue.architecture(of: configuration) {
            return found
        }
        throw unknown(configuration?.architectures ?? [], isGGUF: false)
    }

    /// What can be browsed alone: parts of a model, other things than models, weights that are codes.
    private static func refuseOthers(_ checkpoint: Checkpoint) throws(TransformerError) {
        let browsing = " The weights can be browsed all the same."
        if let problem = checkpoint.incompleteness { throw .notRunnable(problem) }
        if let purpose = checkpoint.otherPurpose { throw .notRunnable(purpose) }
        if let problem = checkpoint.configurationProblem { throw .configuration(problem + browsing) }
        if checkpoint.configuration == nil, checkpoint.gguf == nil {
            throw .configuration(
                "There is no config.json beside the weights: nibble needs it to run the model." + browsing)
        }
        if let quantization = checkpoint.quantization { throw .notRunnable(quantization.sentence) }
    }

    private static func unknown(_ names: [String], isGGUF: Bool) -> TransformerError {
        let found = names.isEmpty ? "no architecture" : names.map(\.printable).joined(separator: ", ")
        return .notRunnable(
            "\(isGGUF ? "The file" : "config.json") names \(found); nibble can run "
                + "\(ArchitectureCatalogue.knownNames(isGGUF: isGGUF)). The weights can be browsed all the same."
        )
    }

    private mutating func describe(
        _ architecture: any Architecture, _ checkpoint: Checkpoint
    ) throws(TransformerError) {
        guard let table = checkpoint.gguf == nil ? architecture.naming.huggingFace : architecture.naming.gguf,
            var file = checkpoint.configuration
        else { throw Self.unknown([], isGGUF: checkpoint.gguf != nil) }
        var untranslated: [String] = []
        if let metadata = checkpoint.gguf, let name = metadata["general.architecture"]?.text {
            (file, untranslated) = GGUFConfiguration.read(
                metadata, architecture: name, file: file.file, keys: architecture.keys)
        }
        let configuration = Configuration(
            file, keys: architecture.keys, isGGUF: checkpoint.gguf != nil, checkpoint: checkpoint)
        let description = try architecture.describe(configuration)
        let binding = try Binding(description, table, checkpoint)
        let used = binding.tensorNames.union(configuration.readTensors)
        try Self.refuseFurtherBlocks(checkpoint, configuration, description)
        (self.description, self.binding) = (description, binding)
        let keys = Remarks.unknownKeys(configuration, architecture.keys, untranslated: untranslated)
        let tensors = Remarks.unknownTensors(
            checkpoint, used: used, table: table, ties: description.ties)
        notUnderstood = keys + tensors
        let name = configuration.file.file.printable
        remarks =
            Remarks.sentences(keys, one: "key of \(name)", many: "keys of \(name)")
            + Remarks.sentences(tensors, one: "tensor", many: "tensors")
            + Remarks.ofMissing(binding.missing) + Remarks.ofQuantization(checkpoint)
    }

    /// A GGUF file has no more blocks than it says: a run without them would be of another model.
    private static func refuseFurtherBlocks(
        _ checkpoint: Checkpoint, _ configuration: Configuration, _ description: TransformerDescription
    ) throws(TransformerError) {
        guard configuration.isGGUF else { return }
        let count = description.blocks.count
        guard let tensor = checkpoint.orderedTensors.first(where: { $0.name.hasPrefix("blk.\(count).") })
        else { return }
        throw .tensor(
            "There is a tensor \(tensor.name.printable), but \(configuration.name(of: .blockCount)) is \(count). "
                + "The file is damaged; convert the model again.")
    }
}
