import Foundation
import NibbleCheckpoints
import NibbleTokenizers

/// A checkpoint's tokenizer, or why it cannot be used.
struct OpenedText {
    let tokenizer: Tokenizer?
    private let failure: String?
    private let isGGUF: Bool

    init(_ checkpoint: Checkpoint, _ url: URL) {
        isGGUF = checkpoint.gguf != nil
        do throws(TokenizerError) {
            tokenizer =
                if let metadata = checkpoint.gguf {
                    try Tokenizer(GGUFVocabulary(metadata))
                } else { try Tokenizer.load(directory: Self.directory(of: url)) }
            failure = nil
        } catch {
            tokenizer = nil
            failure = "The tokenizer cannot be used: \(error)"
        }
    }

    /// The folder that a model lies in.
    static func directory(of url: URL) -> URL {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
        return exists && !isFolder.boolValue ? url.deletingLastPathComponent() : url
    }

    /// Why a model of this description cannot go on with a text; nil if it can.
    func problem(with description: TransformerDescription?) -> String? {
        guard let description else { return failure }
        guard description.kind == .causalLanguageModel else {
            return
                "This is no language model but a \(description.kind.title): it continues no text. Its layers can be "
                + "browsed and changed all the same."
        }
        guard let tokenizer else { return failure }
        // GGUF files list every token; others may leave out some at the end.
        let (tokens, size) = (tokenizer.vocabularySize, description.vocabularySize)
        guard tokens > size || isGGUF && tokens < size else { return nil }
        return
            "The tokenizer has \(tokens) tokens, but the model's vocabulary \(isGGUF ? "" : "only ")\(size)."
    }
}
