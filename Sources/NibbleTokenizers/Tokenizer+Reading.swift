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
        var names = SpecialTokenNames()
        if let configurationJSON {
            let json = try TokenizerJSON.parse(configurationJSON, file: "tokenizer_config.json")
            names.beginOfText = SpecialTokenNames.content(json["bos_token"])
            names.endOfText = [SpecialTokenNames.content(json["eos_token"])].compactMap { $0 }
        }
        if let generationJSON {
            let json = try TokenizerJSON.parse(generationJSON, file: "generation_config.json")
            names.endOfTextNumbers = SpecialTokenNames.numbers(json["eos_token_id"])
        }
        let json = try TokenizerJSON.parse(tokenizerJSON, file: "tokenizer.json")
        self.init(try TokenizerParts(json, names: names))
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
