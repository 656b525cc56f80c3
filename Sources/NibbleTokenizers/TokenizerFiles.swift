import Foundation
import NibbleJSON
import NibbleText

/// The JSON files of a Hugging Face folder that say something of its tokenizer.
struct TokenizerFiles {
    /// `tokenizer.json`.
    var tokenizer: JSONValue
    /// `tokenizer_config.json`, which names tokens by their text.
    var configuration: JSONValue?
    /// `generation_config.json`, which names tokens by number.
    var generation: JSONValue?
    /// `special_tokens_map.json`, of older folders.
    var specialTokens: JSONValue?
    /// `added_tokens.json`, of older folders.
    var addedTokens: JSONValue?
    /// What couldn't be read and bars nobody from running, as sentences.
    var remarks: [String] = []

    /// The longest tokenizer file that is read; the largest published vocabularies take 35 MB.
    private static let byteLimit = 256 << 20

    /// Files of which only the first must be there.
    ///
    /// - Throws: ``TokenizerError`` for one that isn't JSON, but for `generation_config.json`.
    init(
        tokenizer: [UInt8], configuration: [UInt8]? = nil, generation: [UInt8]? = nil,
        specialTokens: [UInt8]? = nil, addedTokens: [UInt8]? = nil
    ) throws(TokenizerError) {
        func json(_ bytes: [UInt8]?, _ file: String) throws(TokenizerError) -> JSONValue? {
            guard let bytes else { return nil }
            return try TokenizerJSON.parse(bytes, file: file)
        }
        self.tokenizer = try TokenizerJSON.parse(tokenizer, file: "tokenizer.json")
        self.configuration = try json(configuration, "tokenizer_config.json")
        self.specialTokens = try json(specialTokens, "special_tokens_map.json")
        self.addedTokens = try json(addedTokens, "added_tokens.json")
        do throws(TokenizerError) { self.generation = try json(generation, "generation_config.json") } catch {
            remarks.append("\(error) Tokens that end a text may not be known.")
        }
    }

    /// The files of a folder.
    ///
    /// - Throws: ``TokenizerError`` if there is no `tokenizer.json`, with a hint where another kind of tokenizer is.
    init(directory: URL) throws(TokenizerError) {
        func contents(_ name: String) throws(TokenizerError) -> [UInt8]? {
            try Self.contents(of: name, in: directory)
        }
        guard let tokenizer = try contents("tokenizer.json") else { throw Self.missing(in: directory) }
        try self.init(
            tokenizer: tokenizer, configuration: try contents("tokenizer_config.json"),
            generation: try contents("generation_config.json"),
            specialTokens: try contents("special_tokens_map.json"),
            addedTokens: try contents("added_tokens.json"))
    }

    /// Other files that hold a tokenizer, and what they are.
    private static let otherKinds: [(file: String, what: String)] = [
        ("tokenizer.model", "a SentencePiece model"), ("spiece.model", "a SentencePiece model"),
        ("sentencepiece.bpe.model", "a SentencePiece model"), ("tekken.json", "Mistral’s own format"),
        ("vocab.json", "a vocabulary of the older form"), ("vocab.txt", "a vocabulary of the older form"),
    ]

    private static func missing(in directory: URL) -> TokenizerError {
        let folder = directory.standardizedFileURL.lastPathComponent
        let other = otherKinds.first {
            FileManager.default.fileExists(atPath: directory.appendingPathComponent($0.file).path)
        }
        guard let other else { return .missing("There is no tokenizer.json in \(folder).") }
        return .missing(
            "There is no tokenizer.json in \(folder), only \(other.file) (\(other.what)), which nibble does not read. In "
                + "Python, transformers’ AutoTokenizer.from_pretrained(folder).save_pretrained(folder) writes "
                + "tokenizer.json.")
    }

    /// The bytes of a file; nil if there is none.
    static func contents(of name: String, in directory: URL) throws(TokenizerError) -> [UInt8]? {
        let url = directory.appendingPathComponent(name)
        guard let status = SystemPath.status(url.path) else { return nil }
        let folder = directory.standardizedFileURL.lastPathComponent
        let descriptor = SystemPath.open(url.path)
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        // A pipe or a device is no file to wait for.
        guard descriptor >= 0, status.st_mode & S_IFMT == S_IFREG,
            let data = try? handle.read(upToCount: byteLimit + 1)
        else { throw .missing("\(name) in \(folder) cannot be read. Check that you may read it.") }
        guard data.count <= byteLimit else {
            throw .invalid(
                "\(name) in \(folder) is longer than \(byteLimit >> 20) MB, no tokenizer's length.")
        }
        return Array(data)
    }

    /// The value that names a special token: in `tokenizer_config.json`, else in `special_tokens_map.json`.
    private func value(_ key: String) -> JSONValue? {
        configuration?.present(key) ?? (listsAddedTokens ? nil : specialTokens?.present(key))
    }

    /// Whether `tokenizer_config.json` lists the added tokens itself; the older files then say nothing.
    private var listsAddedTokens: Bool { configuration?.present("added_tokens_decoder") != nil }

    /// The text of a special token such as `eos_token`.
    func text(of key: String) -> [UInt8]? { SpecialTokenNames.content(value(key)) }

    /// The names that special tokens have in every file.
    private static let specialKeys = [
        "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
    ]

    /// Added tokens as the files beside `tokenizer.json` list them, in the order in which transformers adds them (`__init__` of
    /// its tokenization_utils_tokenizers.py): those of `added_tokens_decoder` or `added_tokens.json` by number, then the special
    /// tokens that have a name.
    func furtherTokens() throws(TokenizerError) -> [AddedTokens.Listed] {
        var listed: [AddedTokens.Listed] = []
        let special = specialContents
        if listsAddedTokens {
            for (key, token) in configuration?.present("added_tokens_decoder")?.object ?? [:] {
                guard let id = Int(key), let token = try AddedTokens.Listed(id: id, token) else { continue }
                listed.append(token)
            }
        } else {
            for (content, id) in addedTokens?.object ?? [:] {
                guard let id = id.integer else { continue }
                let content = Array(content.utf8)
                listed.append(.init(id: id, content: content, isSpecial: special.contains(content)))
            }
        }
        listed.sort { ($0.id ?? .max) < ($1.id ?? .max) }
        return listed + special.map { .init(id: nil, content: $0, isSpecial: true) }
    }

    /// The texts of all special tokens that have a name, and those of the lists of further ones.
    private var specialContents: [[UInt8]] {
        let named = Self.specialKeys.compactMap(text)
        let lists = ["extra_special_tokens", "additional_special_tokens"].flatMap { key in
            value(key)?.array ?? []
        }
        return named + lists.compactMap(SpecialTokenNames.content)
    }
}
