import Foundation
import NibbleEvaluation
import NibbleKernels
import NibbleQuantization
import NibbleTestSupport
import NibbleTransformers
import Testing

/// Encoders on texts: classes, masked words and vectors, original beside plan.
@Suite struct EncoderRunTests {
    /// A copy of a fixture with a tokenizer of its vocabulary's size, and further files.
    static func with<Result>(
        _ fixture: String, tokens: Int, hasMask: Bool = true, files: [String: String] = [:],
        _ body: (TransformerModel) throws -> Result
    ) throws -> Result {
        try TemporaryFolder.with("encoder") { folder in
            let copy = folder.appendingPathComponent(fixture)
            let source = RepositoryPaths.root.appendingPathComponent(
                "Tests/NibbleTransformersTests/Fixtures/\(fixture)")
            try FileManager.default.copyItem(at: source, to: copy)
            try WordPieceFiles.write(to: copy, count: tokens, hasMask: hasMask)
            for (name, text) in files {
                let place = copy.appendingPathComponent(name)
                try FileManager.default.createDirectory(
                    at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(text.utf8).write(to: place)
            }
            return try body(TransformerModel.open(copy))
        }
    }

    private static func run(_ model: TransformerModel, _ setting: String?) throws -> EncoderRun {
        let plans = try setting.map { [try TinyModel.plan($0)] } ?? []
        let contestants = try Contestants.prepare(plans, of: model, contextLength: 1)
        return try EncoderRun(model: model, contestants: contestants)
    }

    // MARK: Classes

    @Test(arguments: ["bert-classes", "roberta-classes", "distilbert-classes"])
    func classesAreComparedAndAPlanOfTheSameWeightsIsEqual(_ fixture: String) throws {
        try Self.with(fixture, tokens: 64) { model in
            #expect(model.description?.classLabels == ["class 0", "class 1", "class 2"])
            let text = TextInput("the good day")
            let same = try Self.run(model, "f32").run(.text(text))
            #expect(same.differences.first?.klDivergence == 0 && same.differences.first?.agrees == true)
            let coarse = try Self.run(model, "int2").run(.text(text))
            let divergence = try #require(coarse.differences.first?.klDivergence)
            #expect(divergence > 0)
            guard case .classes(let first) = coarse.outputs[0], case .classes(let second) = coarse.outputs[1]
            else { throw WrongOutput() }
            #expect(first.logProbabilities.count == 3)
            #expect(abs(first.divergence(to: second) - divergence) < 1e-12)
        }
    }

    @Test func aPairIsReadWithTypes() throws {
        try Self.with("bert-classes", tokens: 64) { model in
            let run = try Self.run(model, nil)
            let pair = try run.run(.text(TextInput("good", pair: "bad day")))
            #expect(pair.encoded?.types == [0, 0, 0, 1, 1, 1])
            let joined = try run.run(.text(TextInput("good bad day")))
            guard case .classes(let first) = pair.outputs[0], case .classes(let second) = joined.outputs[0]
            else { throw WrongOutput() }
            #expect(first.divergence(to: second) > 0)
        }
        // RoBERTa has one type only: a pair has no other.
        try Self.with("roberta-classes", tokens: 64) { model in
            _ = try Self.run(model, nil).run(.text(TextInput("good", pair: "bad day")))
        }
    }

    // MARK: Scores

    @Test func scoresCountWhatIsRightAndWhatChanged() throws {
        try Self.with("bert-classes", tokens: 64) { model in
            let texts = ["good", "bad day", "the is not", "a b c", "not bad", "day day"].map { TextInput($0) }
            let run = try Self.run(model, "int2")
            let results = try texts.map { try run.run(.text($0)) }
            func best(_ output: EncoderOutput) -> Int? {
                if case .classes(let classes) = output { classes.top(1).first?.id } else { nil }
            }
            // The plan's own answers as labels: it is right throughout, the original where both agree.
            let items = try zip(texts, results).map { text, result in
                LabelledTexts.Item(input: text, label: try #require(best(result.outputs[1])))
            }
            let (scores, cutCount) = try run.score(LabelledTexts(items))
            let same = results.count { best($0.outputs[0]) == best($0.outputs[1]) }
            #expect(cutCount == 0 && scores.map(\.count) == [6, 6])
            #expect(scores[1].correct == 6 && scores[0].correct == same)
            #expect(scores[1].agreeing == same && scores[0].agreeing == 6)
            #expect(scores[1].changes.values.reduce(0, +) == 6 - same)
            #expect(scores[1].accuracyInterval.contains(1) && scores[1].accuracyInterval.lowerBound < 0.7)
            let divergences = results.compactMap { $0.differences[0].klDivergence }
            #expect(abs(scores[1].meanKL - divergences.reduce(0, +) / 6) < 1e-12 && scores[0].meanKL == 0)
        }
    }

    // MARK: Long texts

    @Test func aLongTextIsCutAtItsEndAndKeepsItsSpecialTokens() throws {
        try Self.with("bert-classes", tokens: 64) { model in
            let run = try Self.run(model, nil)
            #expect(run.textLimit == 40)
            let long = try run.run(.text(TextInput(String(repeating: "good ", count: 100))))
            #expect(long.encoded?.tokens.count == 40 && long.encoded?.cutCount == 62)
            #expect(long.encoded?.tokens.first == 2 && long.encoded?.tokens.last == 3)
            let pair = try run.run(.text(TextInput(String(repeating: "good ", count: 100), pair: "bad day")))
            #expect(pair.encoded?.tokens.suffix(3) == [6, 7, 3], "the longer text gives way")
            #expect(pair.encoded?.types.count(where: { $0 == 1 }) == 3)
        }
    }

    // MARK: Masks

    @Test(arguments: [("bert-mlm", 256), ("roberta-mlm", 64), ("distilbert-mlm", 64)])
    func wordsAreGuessedAtEachMask(_ fixture: String, _ tokens: Int) throws {
        try Self.with(fixture, tokens: tokens) { model in
            let run = try Self.run(model, "int3")
            let result = try run.run(.text(TextInput("the [MASK] is [MASK]")))
            guard case .masks(let words) = result.outputs[0] else { throw WrongOutput() }
            #expect(words.map(\.place) == [2, 4])
            #expect(words[0].words.logProbabilities.count == tokens)
            #expect(result.differences.first?.klDivergence ?? 0 > 0)
            #expect(throws: EvaluationError.noMask("[MASK]")) { try run.run(.text(TextInput("the day"))) }
        }
        try Self.with(fixture, tokens: tokens, hasMask: false) { model in
            #expect(EncoderRun.problem(of: model)?.contains("mask_token") == true)
        }
    }

    // MARK: Vectors

    private static let modules = """
        [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
         {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
         {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}]
        """

    @Test(arguments: ["cls": SentencePooling.Mode.first, "mean": .mean, "max": .largest])
    func vectorsArePooledAsTheFilesSay(_ key: String, _ mode: SentencePooling.Mode) throws {
        let files = [
            "modules.json": Self.modules,
            "1_Pooling/config.json": "{\"pooling_mode_\(key)_token\(key == "cls" ? "" : "s")\": true}",
            "sentence_bert_config.json": "{\"max_seq_length\": 16}",
        ]
        try Self.with("roberta-pooler", tokens: 64, files: files) { model in
            let run = try Self.run(model, "int4")
            #expect(run.pooling == SentencePooling(mode: mode, isNormalized: true, longestText: 16))
            #expect(run.remark == nil && run.textLimit == 16)
            let result = try run.run(.text(TextInput("good day")))
            guard case .vector(let vector) = result.outputs[0] else { throw WrongOutput() }
            #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
            #expect(Self.isPooled(vector, mode, try Self.states(model, result.encoded?.tokens ?? [])))
            let cosine = try #require(result.differences.first?.cosine)
            #expect(cosine < 1 && cosine > 0)
        }
    }

    private static func states(_ model: TransformerModel, _ tokens: [Int]) throws -> [Float] {
        let weights = try EncodingCache().weightSet(
            for: ResolvedPlan(Plan(rules: []), model: model), model: model)
        return try EncoderSession(model: model, weights: weights).run(tokens).states
    }

    /// Plainly: the pooled states of a vector, up to its length.
    private static func isPooled(_ vector: [Float], _ mode: SentencePooling.Mode, _ states: [Float]) -> Bool {
        let rows = states.count / 32
        let plain = (0..<32).map { channel -> Float in
            let values = (0..<rows).map { states[$0 * 32 + channel] }
            return switch mode {
            case .first: values[0]
            case .mean: values.reduce(0, +) / Float(rows)
            case .largest: values.max() ?? 0
            }
        }
        return Similarity.cosine(vector, plain).map { $0 > 1 - 1e-6 } ?? false
    }

    @Test func withoutSuchFilesTheMeanIsTakenAndSaid() throws {
        try Self.with("distilbert-states", tokens: 64) { model in
            let run = try Self.run(model, nil)
            #expect(run.pooling == .usual)
            #expect(run.remark?.contains("modules.json") == true)
        }
    }

    @Test(arguments: [
        ["modules.json": "["],
        ["modules.json": "[{\"type\": \"x.Dense\", \"path\": \"2\"}]"],
        [
            "modules.json": modules,
            "1_Pooling/config.json": "{\"pooling_mode_lasttoken\": true}",
        ],
        [
            "modules.json": modules,
            "1_Pooling/config.json":
                "{\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": true}",
        ],
    ])
    func poolingsThatNibbleDoesNotKnowAreRefused(_ files: [String: String]) throws {
        try Self.with("roberta-pooler", tokens: 64, files: files) { model in
            #expect(throws: TransformerError.self) { try Self.run(model, nil) }
        }
    }

    // MARK: What is no encoder

    @Test func othersAreRefusedInASentence() throws {
        let llama = try TinyModel.open()
        #expect(EncoderRun.problem(of: llama)?.contains("no encoder") == true)
        #expect(throws: EvaluationError.self) { try Self.run(llama, nil) }
        try Self.with("vit-cls", tokens: 64) { model in
            #expect(throws: EvaluationError.self) { try Self.run(model, nil).run(.text(TextInput("good"))) }
        }
    }

    private struct WrongOutput: Error {}
}
