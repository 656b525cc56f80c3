import Foundation
import NibbleTestSupport
import Testing

@testable import NibbleCheckpoints

/// What other programs open is opened, with a remark where a person should know of it.
struct LenientOpeningTests {
    private static let one = Fixture.safetensors(
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, dataCount: 8)
    private static let two = Fixture.safetensors(
        #"{"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, dataCount: 8)

    /// Two shards, and the index that a test gives.
    private static func shards(
        _ map: String, index: String = "model.safetensors.index.json", more: [String: [UInt8]] = [:]
    ) -> [String: [UInt8]] {
        [
            "model-00001-of-00002.safetensors": one, "model-00002-of-00002.safetensors": two,
            index: Array(#"{"weight_map":\#(map)}"#.utf8),
        ].merging(more) { $1 }
    }

    private static func warnings(_ files: [String: [UInt8]]) throws -> [String] {
        try Fixture.withFolder(files) { folder in
            let checkpoint = try Checkpoint.open(folder)
            #expect(Set(checkpoint.tensors.keys).isSuperset(of: ["a", "b"]))
            #expect(checkpoint.incompleteness == nil)
            return checkpoint.warnings
        }
    }

    private static let good =
        #"{"a":"model-00001-of-00002.safetensors","b":"model-00002-of-00002.safetensors"}"#

    @Test func shardsOpenWithoutAnIndexOrWithOneOfAnotherName() throws {
        #expect(try Self.warnings(Self.shards(Self.good)).isEmpty)
        #expect(try Self.warnings(Self.shards(Self.good, index: "model.safetensors.index.fp16.json")).isEmpty)
        #expect(
            try Self.warnings(
                Self.shards(Self.good, index: "diffusion_pytorch_model.safetensors.index.json")
            ).isEmpty)
        var files = Self.shards(Self.good)
        files["model.safetensors.index.json"] = nil
        #expect(try Self.warnings(files).isEmpty)
    }

    @Test func severalIndexesAreNamed() throws {
        var files = Self.shards(Self.good, index: "a.safetensors.index.json")
        files["b.safetensors.index.json"] = Array(#"{"weight_map":\#(Self.good)}"#.utf8)
        let sentence = try Fixture.sentence(files)
        #expect(
            sentence?.contains("2 shard indexes (a.safetensors.index.json, b.") == true, "\(sentence ?? "")")
    }

    /// A head that training had, a tied head, a tensor of another shard.
    @Test func tensorsThatTheIndexListsInVainAreARemark() throws {
        let map =
            #"{"a":"model-00001-of-00002.safetensors","b":"model-00001-of-00002.safetensors","lm_head.weight":"model-00002-of-00002.safetensors"}"#
        let warnings = try Self.warnings(Self.shards(map))
        #expect(warnings.count == 2)
        #expect(
            warnings.first?.contains("lists 1 tensor that no shard holds, for example “lm_head.weight”")
                == true)
        #expect(warnings.last?.contains("places 1 tensor in another shard") == true, "\(warnings)")
    }

    @Test func anAbsentTensorThatIsAskedForIsSaidToBeMissingFromItsShard() throws {
        let map = #"{"a":"model-00001-of-00002.safetensors","c":"model-00002-of-00002.safetensors"}"#
        try Fixture.withFolder(Self.shards(map)) { folder in
            let checkpoint = try Checkpoint.open(folder)
            let error = #expect(throws: CheckpointError.self) { try checkpoint.tensor(named: "c") }
            #expect(
                error?.description.contains(
                    "places it in model-00002-of-00002.safetensors, which does not have it") == true)
        }
    }

    @Test func pathsWithinTheFolderAreShards() throws {
        let dotted = Self.good.replacing(":\"", with: ":\"./")
        #expect(try Self.warnings(Self.shards(dotted)).isEmpty)
        let roundabout = Self.good.replacing(":\"", with: ":\"x/.././")
        #expect(try Self.warnings(Self.shards(roundabout)).isEmpty)
        try Fixture.withFolder { folder in
            let absolute = Self.good.replacing(":\"", with: ":\"\(folder.path)/")
            for (name, bytes) in Self.shards(absolute) {
                try Data(bytes).write(to: folder.appendingPathComponent(name))
            }
            #expect(try Checkpoint.open(folder).tensors.count == 2)
        }
    }

    @Test func anUnlistedShardIsARemark() throws {
        let other = Fixture.safetensors(
            #"{"mtp":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, dataCount: 8)
        let warnings = try Self.warnings(
            Self.shards(Self.good, more: ["model-mtp.safetensors": other, "consolidated.safetensors": other]))
        #expect(
            warnings == [
                "model.safetensors.index.json does not list model-mtp.safetensors: it is not opened."
            ])
    }

    @Test func anAdapterBesideTheWeightsIsARemark() throws {
        try Fixture.withFolder(["model.safetensors": Self.one, "adapter_model.safetensors": Self.two]) {
            let warnings = try Checkpoint.open($0).warnings
            #expect(warnings == ["The adapter adapter_model.safetensors beside the weights is not applied."])
        }
    }

    /// The safetensors library reads both.
    @Test func headersMayHaveNoMetadataAndBlanksFirst() throws {
        for json in [
            #"{"__metadata__":null,"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
            " \n{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
        ] {
            let bytes = Fixture.safetensors(json, dataCount: 8)
            for name in ["model.safetensors", "weights"] {
                try Fixture.withFolder([name: bytes]) { folder in
                    let checkpoint = try Checkpoint.open(folder.appendingPathComponent(name))
                    #expect(checkpoint.tensors.keys.sorted() == ["a"] && checkpoint.metadata.isEmpty)
                }
            }
        }
    }

    /// Whatever is wrong with it, the weights can be browsed, and the reason stands there.
    @Test(arguments: [
        ("{\"a\": tru}", "is not valid JSON"), ("[]", "it holds a list where an object should stand"),
        ("", "the text ends where a value should stand at byte 0"),
        ("// by hand\n{}", "a comment, which JSON does not have, at byte 0"),
        (String(repeating: "[", count: 300), "nested lists"),
    ])
    func aFlawOfTheConfigurationBarsNoBrowsing(text: String, words: String) throws {
        try Fixture.withFolder(["model.safetensors": Self.one, "config.json": Array(text.utf8)]) { folder in
            let checkpoint = try Checkpoint.open(folder)
            #expect(checkpoint.configuration == nil && checkpoint.tensors.count == 1)
            #expect(checkpoint.configurationProblem?.hasPrefix("config.json: ") == true)
            #expect(checkpoint.configurationProblem?.contains(words) == true)
        }
    }

    @Test func configurationsAreReadAsPythonReadsThem() throws {
        let text =
            "\u{FEFF}{\"rope_theta\": 1.0, \"limits\": [0.0, Infinity, -Infinity, NaN], \"rope_theta\": 2.0, \"seed\": 1e999}"
        try Fixture.withFolder(["model.safetensors": Self.one, "config.json": Array(text.utf8)]) { folder in
            let checkpoint = try Checkpoint.open(folder)
            let configuration = try #require(checkpoint.configuration)
            #expect(try configuration.number("rope_theta") == 2)
            #expect(configuration["limits"]?.array?[1].number == .infinity)
            #expect(configuration["limits"]?.array?[3].number?.isNaN == true)
            #expect(try configuration.number("seed") == .infinity)
        }
    }

    /// A tensor of a type that was given up or is foreign alone can't be read.
    @Test func typesThatAreNotKnownMakeOneTensorUnreadable() throws {
        for (type, name) in [(UInt32(31), "Q4_0_4_4"), (137, "type 137"), (4, "Q4_2")] {
            for index in 0..<3 {
                var file = GGUFBuilder.small
                file.tensors[index].type = type
                try Fixture.withFolder(["m.gguf": file.bytes]) { folder in
                    let checkpoint = try Checkpoint.open(folder)
                    let tensor = checkpoint.orderedTensors[index]
                    #expect(tensor.elementType.safetensorsName == name && !tensor.elementType.isReadable)
                    #expect(tensor.byteCount >= [136, 12, 144][index])
                    let others = checkpoint.orderedTensors.enumerated().filter { $0.offset != index }
                    #expect(others.allSatisfy { $0.element.elementType.isReadable })
                    let error = #expect(throws: CheckpointError.self) {
                        try checkpoint.tensor(named: tensor.name).floats()
                    }
                    #expect(error?.description.contains("it can’t be read") == true)
                }
            }
        }
        let odd = Fixture.safetensors(
            #"{"a":{"dtype":"F33","shape":[2],"data_offsets":[0,5]},"b":{"dtype":"F32","shape":[2],"data_offsets":[5,13]}}"#,
            dataCount: 13)
        try Fixture.withFolder(["model.safetensors": odd]) { folder in
            let checkpoint = try Checkpoint.open(folder)
            #expect(try checkpoint.tensor(named: "b").floats() == [0, 0])
            #expect(throws: CheckpointError.self) { try checkpoint.tensor(named: "a").floats() }
        }
    }
}
