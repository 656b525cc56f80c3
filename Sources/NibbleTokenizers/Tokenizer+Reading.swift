import Foundation
import NibbleJSON

extension Tokenizer {
    /// Reads `tokenizer.json` and, where present, `tokenizer_config.json` and `generation_config.json`, which name the
    /// tokens that begin and end a text.
    ///
    /// - Throws: ``TokenizerError``.
    public static func load(directory: URL) throws(TokenizerError) -> Tokenizer {
        let read = { (name: String) throws(TokenizerError) in try contents(of: name, in: directory) }
        guard let bytes = try read("tokenizer.json") else {
            throw .missing("There is no tokenizer.json in \(directory.lastPathComponent).")
        }
        return try Tokenizer(
            tokenizerJSON: bytes, configurationJSON: try read("tokenizer_config.json"),
            generationJSON: try read("generation_config.json"))
    }

    /// A tokenizer from the bytes of its files.
    ///
    /// - Parameters:
    ///   - tokenizerJSON: `tokenizer.json`.
    ///   - configurationJSON: `tokenizer_config.json`, which names tokens by their text.
    ///   - generationJSON: `generation_config.json`, which names them by number.
    public init(
        tokenizerJSON: [UInt8], configurationJSON: [UInt8]? = nil, generationJSON: [UInt8]? = nil
    ) throws(TokenizerError) {
        var steering = SteeringTokens()
        if let configurationJSON {
            let json = try TokenizerJSON.parse(configurationJSON, file: "tokenizer_config.json")
            steering.beginning = SteeringTokens.content(json["bos_token"])
            steering.end = [SteeringTokens.content(json["eos_token"])].compactMap { $0 }
        }
        if let generationJSON {
            let json = try TokenizerJSON.parse(generationJSON, file: "generation_config.json")
            steering.endNumbers = SteeringTokens.numbers(json["eos_token_id"])
        }
        try self.init(try TokenizerJSON.parse(tokenizerJSON, file: "tokenizer.json"), steering: steering)
    }

    /// The longest tokenizer file that is read; the largest published vocabularies take 35 MB.
    private static let byteLimit = 256 << 20

    /// The bytes of a file; nil if there is none.
    static func contents(of name: String, in directory: URL) throws(TokenizerError) -> [UInt8]? {
        let url = directory.appendingPathComponent(name)
        guard FileManager.default.fileExists(atPath: url.path) else { return nil }
        let folder = directory.lastPathComponent
        guard let handle = try? FileHandle(forReadingFrom: url),
            let data = try? handle.read(upToCount: byteLimit + 1)
        else { throw .missing("\(name) in \(folder) cannot be read. Check that you may read it.") }
        guard data.count <= byteLimit else {
            throw .invalid(
                "\(name) in \(folder) is longer than \(byteLimit >> 20) MB, no tokenizer's length.")
        }
        return Array(data)
    }
}

/// The tokens that begin and end a text, as the files beside `tokenizer.json` name them.
struct SteeringTokens {
    /// The text of the token that begins a text.
    var beginning: [UInt8]?
    /// The texts of tokens that end a text.
    var end: [[UInt8]] = []
    /// The numbers of tokens that end a text.
    var endNumbers: Set<Int> = []

    /// A token is named by its text, or by an object that holds it.
    static func content(_ json: JSONValue?) -> [UInt8]? { json?.bytes ?? json?["content"]?.bytes }

    /// A number, or a list of numbers.
    static func numbers(_ json: JSONValue?) -> Set<Int> {
        Set(
            (json?.array ?? [json].compactMap { $0 }).compactMap(\.integer).filter {
                (0..<(1 << 26)).contains($0)
            })
    }
}
