import Foundation
import NibbleCheckpoints
import Testing

/// Folders and files that aren't a model that can be opened: the sentence says what to do.
struct FolderBadInputTests {
    static let weights = Fixture.safetensors(
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, dataCount: 8)
    static let otherWeights = Fixture.safetensors(
        #"{"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, dataCount: 8)

    @Test func nothingThere() throws {
        let error = #expect(throws: CheckpointError.self) {
            try Checkpoint.open(URL(fileURLWithPath: "/nowhere/mo\u{1B}del"))
        }
        #expect(
            error?.description
                == "/nowhere/mo\\u{1B}del does not exist. Check the path, or start nibble without one to choose a model."
        )
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let files: [String: [UInt8]]
        var path = ""
        let sentence: String
        var testDescription: String { sentence }
    }

    static let cases: [Case] = [
        Case(files: [:], sentence: "holds no model: it should have a config.json and model.safetensors"),
        Case(files: ["config.json": Array("{}".utf8)], sentence: "has a config.json but no weights"),
        Case(
            files: ["config.json": Array("{}".utf8), "pytorch_model.bin": [0x80, 2], "a.pt": [0]],
            sentence: "only as Python pickles (a.pt, pytorch_model.bin). A pickle runs code when it is loaded"
        ),
        Case(
            files: ["config.json": Array("{}".utf8), "training_args.bin": [0]],
            sentence: "has a config.json but no weights"),
        Case(
            files: ["x.pth": Array("PK\u{3}\u{4}".utf8)], path: "x.pth", sentence: "save_pretrained(folder)"),
        Case(
            files: ["model": Array("PK\u{3}\u{4}".utf8)], path: "model",
            sentence: "model is a Python pickle. A pickle runs code"),
        Case(
            files: ["m.gguf": Array("GGUF".utf8)],
            sentence: "m.gguf is cut short: it ends inside the version"),
        Case(
            files: ["a.gguf": Array("GGUF".utf8), "b.gguf": []],
            sentence: "holds 2 GGUF files (a.gguf, b.gguf), each a model of its own"),
        Case(
            files: ["m.safetensors": Array("GGUF....".utf8)], path: "m.safetensors",
            sentence: "is GGUF version 774778414"),
        Case(
            files: ["notes.txt": Array("hello, world".utf8)], path: "notes.txt",
            sentence: "is a text of 12 bytes (“hello, world”), not weights."),
        Case(
            files: [
                "model.safetensors": Array("version https://git-lfs.github.com/spec/v1\noid sha256:0".utf8)
            ],
            sentence: "is a Git LFS pointer, not the weights. Run “git lfs pull”"),
        Case(
            files: ["a.safetensors": weights, "b.safetensors": otherWeights],
            sentence: "holds 2 safetensors files (a.safetensors, b.safetensors) but neither"),
    ]

    @Test(arguments: cases) func notAModel(damage: Case) throws {
        let sentence = try #require(try Fixture.sentence(damage.files, path: damage.path))
        #expect(sentence.contains(damage.sentence), "\(sentence)")
        #expect(sentence.hasSuffix("."))
    }

    static func index(_ map: String, metadata: String = "{}") -> [UInt8] {
        Array(#"{"metadata":\#(metadata),"weight_map":\#(map)}"#.utf8)
    }

    static let indexCases: [(map: String, sentence: String)] = [
        (
            #"{"a":"../one.safetensors"}"#,
            "names the shard “../one.safetensors”, which is no file inside the model’s folder"
        ),
        (#"{"a":"/etc/passwd"}"#, "names the shard “/etc/passwd”"),
        (#"{"a":"sub/../../x"}"#, "is no file inside the model’s folder"),
        (#"{"a":"x\u0000y"}"#, #"names the shard “x\u{0}y”"#),
        (#"{"a":""}"#, "names the shard “”"),
        (
            #"{"a":"one.safetensors","b":"three.safetensors"}"#,
            "places 1 tensor in three.safetensors, which is not there"
        ),
        (#"{"a":7}"#, "weight_map gives the number 7 for “a”, not a file name"),
        ("[]", "it has no weight_map"),
        (#"{"a":"one.safetensors""#, "is not a shard index: it is not valid JSON (the text ends where"),
    ]

    @Test(arguments: indexCases) func damagedIndex(map: String, part: String) throws {
        let files = [
            "one.safetensors": Self.weights, "two.safetensors": Self.otherWeights,
            "model.safetensors.index.json": Self.index(map),
        ]
        let sentence = try #require(try Fixture.sentence(files))
        #expect(sentence.hasPrefix("model.safetensors.index.json"))
        #expect(sentence.contains(part), "\(sentence)")
    }

    @Test func oneTensorInTwoShards() throws {
        let sentence = try Fixture.sentence([
            "one.safetensors": Self.weights,
            "two.safetensors": Fixture.safetensors(
                #"{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#,
                dataCount: 1),
            "model.safetensors.index.json": Self.index(#"{"a":"one.safetensors","b":"two.safetensors"}"#),
        ])
        #expect(sentence?.contains("tensor “a” is in both one.safetensors and two.safetensors") == true)
    }

    @Test func harmlessDifferencesAreWarnings() throws {
        let two = Fixture.safetensors(
            #"{"b":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"c":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}"#,
            dataCount: 8)
        let files = [
            "one.safetensors": Self.weights, "two.safetensors": two,
            "model.safetensors.index.json": Self.index(
                #"{"a":"one.safetensors","b":"two.safetensors"}"#, metadata: #"{"total_size":99}"#),
        ]
        try Fixture.withFolder(files) { folder in
            let checkpoint = try Checkpoint.open(folder)
            #expect(checkpoint.tensors.count == 3)
            #expect(
                checkpoint.warnings == [
                    "model.safetensors.index.json does not list 1 of the shards’ tensors, for example “c” in "
                        + "two.safetensors.",
                    "model.safetensors.index.json promises 99 bytes of tensors, the shards hold 16.",
                ])
        }
    }

    @Test func aMissingTensorNamesSimilarOnes() throws {
        let checkpoint = try Checkpoint.open(Fixture.url("llama-tied"))
        let error = #expect(throws: CheckpointError.self) {
            try checkpoint.tensor(named: "transformer.norm.weight")
        }
        #expect(
            error?.description
                == "The checkpoint has no tensor “transformer.norm.weight”. Similar: “model.norm.weight”.")
    }

    @Test func configurationValuesOfTheWrongKind() throws {
        let text = Array(
            #"{"hidden_size":"big","layers":2.0,"rope":{"theta":1e4,"none":null},"heads":0}"#.utf8)
        let configuration = try text.withUnsafeBytes { try ConfigurationFile($0) }
        #expect(try configuration.integer("layers") == 2)
        #expect(try configuration.number("rope.theta") == 10000)
        #expect(try configuration.number("rope.none") == nil)
        #expect(try configuration.string("rope.absent.deeper") == nil)
        func sentence(_ body: () throws(CheckpointError) -> Void) -> String {
            do throws(CheckpointError) { try body() } catch { return error.description }
            return ""
        }
        #expect(
            sentence { () throws(CheckpointError) in _ = try configuration.integer("hidden_size") }
                == "config.json: hidden_size should be a whole number, but it is the text “big”.")
        #expect(
            sentence { () throws(CheckpointError) in _ = try configuration.requiredInteger("heads", in: 1...8)
            }
                == "config.json: heads is 0, outside 1 to 8.")
        #expect(
            sentence { () throws(CheckpointError) in _ = try configuration.requiredInteger("width", in: 1...8)
            }
                == "config.json: width is missing.")
        #expect(
            sentence { () throws(CheckpointError) in _ = try configuration.boolean("rope") }
                == "config.json: rope should be true or false, but it is an object.")
    }
}
