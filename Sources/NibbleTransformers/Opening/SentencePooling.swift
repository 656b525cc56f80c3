import Foundation
import NibbleJSON

/// How the states of a text's tokens become one vector, as the files of sentence-transformers say (`modules.json`, the pooling
/// module's `config.json`, and a normalization behind it).
///
///     let pooling = try SentencePooling.read(model.directory) ?? .usual
///     let vector = pooling.vector(output.states, width: model.description?.width ?? 0)
public struct SentencePooling: Hashable, Sendable {
    /// What is taken of the states.
    public enum Mode: String, Hashable, Sendable {
        /// The first token's state.
        case first
        /// The mean of all tokens' states.
        case mean
        /// The largest number of each channel.
        case largest
    }

    /// What is taken.
    public var mode: Mode
    /// Whether the vector is divided by its length.
    public var isNormalized: Bool
    /// Tokens that a text is cut to; nil for as many as the model has positions for.
    public var longestText: Int?

    /// What sentence-transformers does with a model that has no such files: the mean, not normalized.
    public static let usual = SentencePooling(mode: .mean, isNormalized: false)

    /// A pooling.
    public init(mode: Mode, isNormalized: Bool, longestText: Int? = nil) {
        self.mode = mode
        self.isNormalized = isNormalized
        self.longestText = longestText
    }

    /// Reads the files beside a model; nil where there is no `modules.json`.
    ///
    /// - Throws: ``TransformerError/configuration(_:)`` for a file that is no JSON, and for a module that nibble doesn't know.
    public static func read(_ folder: URL) throws(TransformerError) -> SentencePooling? {
        guard let modules = try json("modules.json", in: folder)?.array else { return nil }
        var pooling = SentencePooling(mode: .mean, isNormalized: false)
        for module in modules {
            let type = module["type"]?.string ?? ""
            switch type.split(separator: ".").last ?? "" {
            case "Transformer": break
            case "Pooling":
                let path = module["path"]?.string ?? "1_Pooling"
                pooling.mode = try mode(try json("\(path)/config.json", in: folder), type)
            case "Normalize": pooling.isNormalized = true
            default:
                throw .configuration(
                    "modules.json names the module “\(type.printable(limit: 60))”, which nibble does not know; it knows "
                        + "Transformer, Pooling and Normalize.")
            }
        }
        let length = try json("sentence_bert_config.json", in: folder)?["max_seq_length"]?.integer
        pooling.longestText = length.flatMap { $0 > 0 ? $0 : nil }
        return pooling
    }

    private static func mode(_ json: JSONValue?, _ type: String) throws(TransformerError) -> Mode {
        let modes: [(key: String, mode: Mode?)] = [
            ("pooling_mode_cls_token", .first), ("pooling_mode_mean_tokens", .mean),
            ("pooling_mode_max_tokens", .largest), ("pooling_mode_mean_sqrt_len_tokens", nil),
            ("pooling_mode_weightedmean_tokens", nil), ("pooling_mode_lasttoken", nil),
        ]
        let chosen = modes.filter { json?[$0.key]?.boolean == true }
        guard chosen.count <= 1 else {
            throw .configuration(
                "The pooling module joins \(chosen.count) vectors (\(chosen.map(\.key).joined(separator: ", "))), which "
                    + "nibble does not do.")
        }
        guard let first = chosen.first else { return .mean }
        guard let mode = first.mode else {
            throw .configuration("The pooling module asks for \(first.key), which nibble does not know.")
        }
        return mode
    }

    private static func json(_ name: String, in folder: URL) throws(TransformerError) -> JSONValue? {
        let place = folder.appendingPathComponent(name)
        guard FileManager.default.fileExists(atPath: place.path) else { return nil }
        guard let data = try? Data(contentsOf: place), data.count < 1 << 20 else {
            throw .configuration("\(name) cannot be read.")
        }
        do throws(JSONError) { return try JSONParser.parse(Array(data), options: .python) } catch {
            throw .configuration("\(name) is no JSON: \(error)")
        }
    }

    /// The vector of a text.
    ///
    /// - Parameters:
    ///   - states: The last states, token after token.
    ///   - width: Channels of a state.
    public func vector(_ states: [Float], width: Int) -> [Float] {
        guard width > 0, states.count >= width else { return [] }
        let rows = states.count / width
        var vector = Array(states.prefix(width))
        for row in 1..<max(rows, 1) where mode != .first {
            for channel in 0..<width {
                let value = states[row * width + channel]
                vector[channel] = mode == .mean ? vector[channel] + value : max(vector[channel], value)
            }
        }
        if mode == .mean { for channel in 0..<width { vector[channel] /= Float(rows) } }
        guard isNormalized else { return vector }
        let length = vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        return length > 0 ? vector.map { Float(Double($0) / max(length, 1e-12)) } : vector
    }
}
