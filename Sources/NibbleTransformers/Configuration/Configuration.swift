import NibbleCheckpoints
import NibbleJSON
import NibbleText

/// A model's configuration as an architecture reads it: by nibble's keys, whatever kind of file holds the values.
///
/// It remembers what was read, so that whatever is left can be named: a value that nobody asked for may change the
/// mathematics.
public final class Configuration {
    /// The values under the keys of `config.json`, those of a GGUF file translated.
    public let file: ConfigurationFile
    /// Whether a GGUF file holds them; its list of tensors then says which biases there are.
    public let isGGUF: Bool
    private let keys: KeyTable
    private let checkpoint: Checkpoint?
    /// Paths that were asked for.
    private(set) var readPaths: Set<String> = []
    /// Tensors that the configuration itself needed.
    private(set) var readTensors: Set<String> = []

    /// The configuration in `file`, with the keys of an architecture.
    ///
    /// - Parameters:
    ///   - checkpoint: The weights beside it, where GGUF files keep numbers that others compute.
    ///   - isGGUF: Whether a GGUF file holds the values.
    public init(
        _ file: ConfigurationFile, keys: KeyTable, isGGUF: Bool = false, checkpoint: Checkpoint? = nil
    ) {
        self.file = file
        self.keys = keys
        self.checkpoint = checkpoint
        self.isGGUF = isGGUF
    }

    /// The class that `config.json` names first.
    public var className: String { file.architectures.first ?? "" }

    private func path(_ key: ConfigurationKey) -> String {
        let path = keys.huggingFace[key] ?? key.name
        readPaths.insert(path)
        return path
    }

    /// What the file calls a value, for a sentence about it.
    public func name(of key: ConfigurationKey) -> String {
        file.name(of: keys.huggingFace[key] ?? key.name)
    }

    /// The error that a value is wrong, as in `config.json: head_dim 7 must be even.`.
    public func error(_ key: ConfigurationKey, _ problem: String) -> TransformerError {
        .configuration("\(file.file.printable): \(name(of: key)) \(problem)")
    }

    /// The error for what concerns several values.
    public func error(_ problem: String) -> TransformerError {
        .configuration("\(file.file.printable): \(problem)")
    }

    private func reading<Value>(
        _ key: ConfigurationKey, _ read: (String) throws(CheckpointError) -> Value
    ) throws(TransformerError) -> Value {
        do throws(CheckpointError) { return try read(path(key)) } catch { throw .configuration("\(error)") }
    }

    /// The value of a key, whatever it is; nil where it is absent or null.
    public subscript(key: ConfigurationKey) -> JSONValue? { file[path(key)] }

    /// A whole number; nil where it is absent or null.
    public func integer(_ key: ConfigurationKey) throws(TransformerError) -> Int? {
        try reading(key) { path throws(CheckpointError) in try file.integer(path) }
    }

    /// A whole number that must be there and lie in `range`.
    public func integer(
        _ key: ConfigurationKey, in range: ClosedRange<Int>
    ) throws(TransformerError) -> Int {
        try reading(key) { path throws(CheckpointError) in try file.requiredInteger(path, in: range) }
    }

    /// A number; nil where it is absent or null.
    public func number(_ key: ConfigurationKey) throws(TransformerError) -> Double? {
        try reading(key) { path throws(CheckpointError) in try file.number(path) }
    }

    /// True or false; nil where it is absent or null.
    public func boolean(_ key: ConfigurationKey) throws(TransformerError) -> Bool? {
        try reading(key) { path throws(CheckpointError) in try file.boolean(path) }
    }

    /// A text; nil where it is absent or null.
    public func string(_ key: ConfigurationKey) throws(TransformerError) -> String? {
        try reading(key) { path throws(CheckpointError) in try file.string(path) }
    }

    /// A number of at least 0 that is added to a mean square or a variance.
    public func epsilon(_ key: ConfigurationKey, default usual: Float) throws(TransformerError) -> Float {
        // llama.cpp has no default for it; a guess would run another model.
        if isGGUF, self[key] == nil { throw error(key, "is missing.") }
        let value = Float(try number(key) ?? Double(usual))
        guard value >= 0, value.isFinite else { throw error(key, "must be a number of at least 0.") }
        return value
    }

    /// Whether matrices have a bias: as a truth value says, or as the list of a GGUF file's tensors shows.
    public func presence(
        _ key: ConfigurationKey, default usual: Bool = false
    ) throws(TransformerError) -> Presence {
        isGGUF ? .optional : try boolean(key) ?? usual ? .expected : .absent
    }

    /// Whether the head uses the embedding's weights.
    public func isHeadTied(default usual: Bool) throws(TransformerError) -> Bool {
        if isGGUF { return checkpoint?.tensors["output.weight"] == nil }
        return try boolean(.isHeadTied) ?? usual
    }

    /// The activation function, among those that nibble knows.
    public func activation(
        default usual: FeedForward.Activation
    ) throws(TransformerError) -> FeedForward.Activation {
        guard let name = try string(.activation) else { return usual }
        if let function = FeedForward.Activation(named: name) { return function }
        throw error(
            "nibble does not know the \(self.name(of: .activation)) “\(name.printable)”; it knows silu and gelu."
        )
    }

    /// How many experts a block has, and how many of them each token passes.
    ///
    /// A million in all blocks is more than any model has, and few enough to be listed.
    public func experts() throws(TransformerError) -> (count: Int, chosen: Int) {
        let blocks = try integer(.blockCount, in: 1...10_000)
        let count = try integer(.expertCount, in: 1...max(1, (1 << 20) / blocks))
        return (count, try integer(.chosenExpertCount, in: 1...count))
    }

    /// The tokens that end a text: one or several.
    public var endOfText: Set<Int> { Self.tokens(self[.endOfText]) }

    private static func tokens(_ value: JSONValue?) -> Set<Int> {
        switch value {
        case .integer(let id): [Int(clamping: id)]
        case .array(let values): Set(values.flatMap { tokens($0) })
        default: []
        }
    }

    /// The numbers of a tensor that belongs to the configuration; nil if there is none of that name.
    func numbers(ofTensor name: String) throws(TransformerError) -> [Float]? {
        guard let checkpoint, checkpoint.tensors[name] != nil else { return nil }
        readTensors.insert(name)
        do { return try checkpoint.tensor(named: name).floats() } catch { throw .tensor("\(error)") }
    }
}
