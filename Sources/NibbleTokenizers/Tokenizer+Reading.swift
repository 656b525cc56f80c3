import Foundation
import NibbleJSON

extension Tokenizer {
    /// Reads `tokenizer.json` and, where present, the files beside it that name tokens: `tokenizer_config.json`,
    /// `special_tokens_map.json`, `added_tokens.json` and `generation_config.json`.
    ///
    /// - Throws: ``TokenizerError``.
    public static func load(directory: URL) throws(TokenizerError) -> Tokenizer {
        Tokenizer(try TokenizerParts(try TokenizerFiles(directory: directory)))
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
        let files = try TokenizerFiles(
            tokenizer: tokenizerJSON, configuration: configurationJSON, generation: generationJSON)
        self.init(try TokenizerParts(files))
    }
}
