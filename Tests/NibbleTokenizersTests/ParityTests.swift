import Foundation
import NibbleTestSupport
import NibbleTokenizers
import Testing

/// Token numbers and decoded texts as the `tokenizers` package gives them; `make_fixtures.py` recorded them.
@Suite struct ParityTests {
    private struct Record: Decodable {
        let strings: [String]
        let ids: [[Int]]
        let decoded: [String]
    }

    /// The committed strings, or a larger set in the folder that `NIBBLE_TOKENIZER_STRINGS` names.
    private static let folder =
        ProcessInfo.processInfo.environment["NIBBLE_TOKENIZER_STRINGS"].map { URL(fileURLWithPath: $0) }
        ?? RepositoryPaths.root.appendingPathComponent("Tests/NibbleTokenizersTests/Fixtures")

    @Test(arguments: [
        "gpt2", "llama3", "qwen2", "spm", "added", "added-prepend", "bert", "bert-cased", "metaspace",
    ])
    func idsAndTextsAreEqual(name: String) throws {
        let file = try Data(contentsOf: Self.folder.appendingPathComponent("\(name).json"))
        let tokenizer = try Tokenizer(tokenizerJSON: Array(file))
        let records = try Data(contentsOf: Self.folder.appendingPathComponent("\(name).ids.json"))
        let record = try JSONDecoder().decode(Record.self, from: records)
        let encoded = record.strings.map { tokenizer.encode($0) }
        let decoded = record.ids.map { tokenizer.decode($0) }
        let wrong = record.ids.indices.filter { encoded[$0] != record.ids[$0] }
        let misread = record.ids.indices.filter { Array(decoded[$0].utf8) != Array(record.decoded[$0].utf8) }
        #expect(!record.strings.isEmpty)
        #expect(
            wrong.isEmpty,
            "\(wrong.count) encodings differ, first \(wrong.prefix(1).map { record.strings[$0].debugDescription })"
        )
        #expect(
            misread.isEmpty,
            "\(misread.count) decodings differ, first \(misread.prefix(1).map { record.ids[$0] })")
    }

    private struct PairRecord: Decodable {
        let pairs: [[String]]
        let ids: [[Int]]
        let types: [[Int]]
        let special: [[Int]]
        let bareTypes: [[Int]]
    }

    /// Pairs as a template, BERT and RoBERTa put them together; without special tokens types are set all the same.
    @Test(arguments: ["bert", "bert-cased", "metaspace"]) func pairsAreEqual(name: String) throws {
        let file = try Data(contentsOf: Self.folder.appendingPathComponent("\(name).json"))
        let tokenizer = try Tokenizer(tokenizerJSON: Array(file))
        let records = try Data(contentsOf: Self.folder.appendingPathComponent("\(name).pairs.json"))
        let record = try JSONDecoder().decode(PairRecord.self, from: records)
        #expect(record.pairs.count > 20 && record.special.contains { $0.contains(1) })
        for (index, pair) in record.pairs.enumerated() {
            let encoding = tokenizer.encode(pair[0], pair: pair[1])
            #expect(encoding.ids == record.ids[index], "\(pair)")
            #expect(encoding.types == record.types[index], "\(pair)")
            #expect(encoding.isSpecial == record.special[index].map { $0 == 1 }, "\(pair)")
            let bare = tokenizer.encode(pair[0], pair: pair[1], addSpecialTokens: false)
            #expect(bare.types == record.bareTypes[index] && !bare.isSpecial.contains(true), "\(pair)")
            #expect(tokenizer.encode(pair[0]) == tokenizer.encode(pair[0], pair: nil).ids)
        }
    }

    /// U+1113 and U+1176 lie just past the Hangul letters that compose; U+1100 and U+1161 do compose, into U+AC00.
    @Test(arguments: ["NFC", "NFKC"])
    func oldHangulLettersStayApart(form: String) throws {
        let file = """
            {"normalizer":{"type":"\(form)"},
            "model":{"vocab":{"\u{1113}":0,"\u{1176}":1,"\u{AC00}":2},"merges":[]}}
            """
        let tokenizer = try Tokenizer(tokenizerJSON: Array(file.utf8))
        #expect(tokenizer.encode("\u{1113}\u{1176}\u{1100}\u{1161}") == [0, 1, 2])
    }
}
