import NibbleCheckpoints

/// One kind of transformer: what it is made of, and what files call its tensors and the values of its configuration.
///
/// A new architecture is one file with a type of this protocol and one entry in ``ArchitectureCatalogue``.
public protocol Architecture: Sendable {
    /// How files name it.
    var identity: Identity { get }
    /// What files call its tensors.
    var naming: Naming { get }
    /// What files call the values of its configuration.
    var keys: KeyTable { get }
    /// What a model of this kind is made of.
    ///
    /// - Throws: ``TransformerError/configuration(_:)`` for a value that is missing, impossible, or unknown to nibble.
    func describe(_ configuration: Configuration) throws(TransformerError) -> TransformerDescription
}

/// How files name an architecture.
public struct Identity: Sendable {
    /// The classes in `architectures` of `config.json` that mean it.
    public let classes: [String]
    /// `model_type` of `config.json`.
    public let modelType: String
    /// `general.architecture` of a GGUF file; nil where llama.cpp has none.
    public let gguf: String?
    /// What a GGUF file of that architecture must have to mean this one, where several share a name.
    public let ggufNeedsExperts: Bool

    /// Whether its models continue texts.
    public let continuesText: Bool

    /// Names of an architecture.
    public init(
        classes: [String], modelType: String, gguf: String? = nil, ggufNeedsExperts: Bool = false,
        continuesText: Bool = true
    ) {
        self.continuesText = continuesText
        self.classes = classes
        self.modelType = modelType
        self.gguf = gguf
        self.ggufNeedsExperts = ggufNeedsExperts
    }
}

/// The list of architectures that can run.
public enum ArchitectureCatalogue {
    /// Every architecture.
    public static let all: [any Architecture] = [
        Llama(), Mixtral(), Mistral(), Qwen2(), Qwen3(), GPT2(),
        BERT(), RoBERTa(), XLMRoBERTa(), DistilBERT(), ViT(), DeiT(), DINOv2(),
    ]

    /// Whether a model with such a configuration can continue a text, as far as the names in it tell.
    ///
    /// - Parameter kind: The kind of checkpoint, as `Checkpoint.kind` calls it.
    public static func isKnown(_ configuration: ConfigurationFile, in kind: String) -> Bool {
        kind == "GGUF"
            ? architecture(gguf: configuration.modelType ?? "", hasExperts: false) != nil
            : architecture(of: configuration)?.identity.continuesText == true
    }

    /// The architecture of a GGUF file.
    static func architecture(gguf name: String, hasExperts: Bool) -> (any Architecture)? {
        let candidates = all.filter { $0.identity.gguf == name }
        return candidates.first { $0.identity.ggufNeedsExperts == hasExperts } ?? candidates.first
    }

    /// The architecture of a `config.json`: by its classes, or by its model type where it names no class.
    static func architecture(of configuration: ConfigurationFile) -> (any Architecture)? {
        let classes = configuration.architectures
        guard classes.isEmpty else {
            return all.first { !Set($0.identity.classes).isDisjoint(with: classes) }
        }
        return all.first { $0.identity.modelType == configuration.modelType }
    }

    /// The names that a kind of file can have, for a sentence: the first few, and how many more.
    static func knownNames(isGGUF: Bool) -> String {
        let names = isGGUF ? all.compactMap(\.identity.gguf) : all.flatMap(\.identity.classes)
        var seen: Set<String> = []
        let known = names.filter { seen.insert($0).inserted }
        let rest = known.count - shownNames
        return known.prefix(shownNames).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }

    private static let shownNames = 5
}
