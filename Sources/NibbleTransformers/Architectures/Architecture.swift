import NibbleCheckpoints
import NibbleKernels

/// One kind of transformer: which tensors it has, what each does, and how they are called in the file.
public protocol Architecture: Sendable {
    /// The names in `architectures` of `config.json`, or of `general.architecture` in a GGUF file, that mean this kind.
    var names: [String] { get }
    /// The kind of checkpoint that has such names, as ``NibbleCheckpoints/Checkpoint/kind`` calls it.
    var checkpointKind: String { get }
    /// Checks the configuration and lists the layers in the order of the forward pass.
    ///
    /// - Throws: ``TransformerError`` if a tensor is missing or has the wrong shape or type for its role.
    func describe(_ checkpoint: Checkpoint) throws(TransformerError) -> ArchitectureDescription
}

/// What an architecture found in a checkpoint.
public struct ArchitectureDescription: Sendable {
    /// The configuration, validated.
    public let configuration: ModelConfiguration
    /// The layers that can be quantized, in the order of the forward pass.
    public let layers: [LinearLayer]
    /// Vectors by canonical name: norm weights and biases, with their tensor's name.
    public let vectors: [String: String]
}

/// The list of architectures that can run.
public enum ArchitectureCatalogue {
    /// Every architecture.
    public static let all: [any Architecture] = [Llama.huggingFace, Llama.gguf]

    /// The architectures that a kind of checkpoint can name.
    static func all(in kind: String) -> [any Architecture] { all.filter { $0.checkpointKind == kind } }

    /// Whether a model with such a configuration can run, as far as the architecture's name tells.
    public static func isKnown(_ configuration: ConfigurationFile, in kind: String) -> Bool {
        architecture(named: names(configuration, in: kind), in: kind) != nil
    }

    /// The names of an architecture that a configuration gives: GGUF files have one, `config.json` has classes.
    static func names(_ configuration: ConfigurationFile?, in kind: String) -> [String] {
        kind == Llama.gguf.checkpointKind
            ? [configuration?.modelType].compactMap { $0 } : configuration?.architectures ?? []
    }

    /// The architecture for the names that a checkpoint gives.
    static func architecture(named names: [String], in kind: String) -> (any Architecture)? {
        all(in: kind).first { !Set($0.names).isDisjoint(with: names) }
    }
}
