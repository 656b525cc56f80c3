import Foundation
import NibbleCheckpoints
import NibbleText
import NibbleTokenizers

/// A checkpoint's tokenizer, or why it cannot be used.
struct OpenedText {
    let tokenizer: Tokenizer?
    private let failure: String?
    private let isGGUF: Bool

    init(_ checkpoint: Checkpoint) {
        isGGUF = checkpoint.gguf != nil
        let url = checkpoint.location
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
        let kind = SystemPath.status(url.path).map { $0.st_mode & S_IFMT }
        return kind.map { $0 != S_IFDIR } == true ? url.deletingLastPathComponent() : url
    }

    /// What a person should know of the tokenizer beside a model of this description, as sentences.
    func remarks(with description: TransformerDescription?) -> [String] {
        guard let tokenizer else { return [] }
        var remarks = tokenizer.remarks
        if !isGGUF, let size = description?.vocabularySize, size > 0, tokenizer.vocabularySize > size,
            tokenizer.plainVocabularySize <= size
        {
            let count = tokenizer.vocabularySize - size
            let token = tokenizer.text(ofToken: size).printable(limit: 40)
            remarks.append(
                "The tokenizer has \(count) added \(count == 1 ? "token" : "tokens") more than the model has rows "
                    + "(“\(token)”): a text with \(count == 1 ? "it" : "one of them") cannot run.")
        }
        return remarks
    }

    /// Why a model of this description cannot go on with a text; nil if it can.
    func problem(with description: TransformerDescription?) -> String? {
        guard let description else { return failure }
        guard description.kind == .causalLanguageModel else {
            let use =
                "nibble run compares what it makes of \(description.input is TokenInput ? "texts" : "images"), and its "
                + "layers can be browsed and changed."
            return
                "This is no language model but \(description.kind.titleWithArticle): it continues no text; "
                + use
        }
        guard let tokenizer else { return failure }
        // GGUF files list every token; others may leave out some at the end, and may add some that no row is for.
        let size = description.vocabularySize
        let tokens = isGGUF ? tokenizer.vocabularySize : tokenizer.plainVocabularySize
        guard tokens > size || isGGUF && tokens < size else { return nil }
        return
            "The tokenizer has \(tokens) tokens, but the model's vocabulary \(isGGUF ? "" : "only ")\(size)."
    }
}
