import Foundation
import NibbleCheckpoints
import NibbleTestSupport
import Testing

/// A file that holds no weights says what it is and what to do, whatever its name promises.
struct ForeignFileTests {
    private static func padded(_ text: String) -> [UInt8] {
        Array(text.utf8) + [UInt8](repeating: 0, count: 80)
    }

    static let contents: [(bytes: [UInt8], words: [String])] = [
        (padded("lmgg"), ["GGML", "before GGUF", "convert_llama_ggml_to_gguf"]),
        (padded("fmgg"), ["GGMF"]), (padded("tjgg"), ["GGJT file (2023)"]),
        (padded("algg"), ["LoRA adapter", "GGLA"]),
        (
            Array("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n".utf8),
            ["Git LFS pointer", "git lfs pull"]
        ),
        (Array("# xet version 0\nfilesize = 1\n".utf8), ["git-xet"]),
        (
            Array("<!DOCTYPE html>\n<html><body>Entry not found</body></html>".utf8),
            ["web page (HTML)", "download the file again"]
        ),
        (Array("\n  <HTML lang=en>".utf8), ["web page"]),
        (Array("Entry not found".utf8), ["a text of 15 bytes (“Entry not found”), not weights"]),
        (Array(#"{"error":"Repository not found"}"#.utf8), ["“{\"error\":\"Repository not found\"}”"]),
        (Array("<?xml version=\"1.0\"?><Error/>".utf8), ["XML"]),
        ([], ["is empty", "download the file again"]),
        ([UInt8](repeating: 0, count: 4096), ["zeros", "not finished"]),
        ([0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC], ["Python pickle"]), (padded("PK\u{3}\u{4}"), ["Python pickle"]),
        (
            [0x50, 0x4B, 3, 4] + [UInt8](repeating: 0, count: 22) + [5, 0, 0, 0] + Array("w.npy".utf8),
            ["archive of NumPy arrays"]
        ),
        ([0x93] + padded("NUMPY"), ["NumPy array"]), ([0x89] + padded("HDF\r\n\u{1A}\n"), ["HDF5"]),
        ([0x1F, 0x8B, 8, 0], ["compressed archive", "Unpack"]), ([0x7F] + padded("ELF"), ["program"]),
        ([UInt8](repeating: 65, count: 257) + Array("ustar\u{0}".utf8), ["tar archive"]),
    ]

    /// By its own path, and as the weights of a folder.
    @Test(arguments: contents) func contentTellsWhatAFileIs(bytes: [UInt8], words: [String]) throws {
        for name in ["model.safetensors", "model.gguf"] {
            let alone = try #require(try Fixture.sentence([name: bytes], path: name))
            let folder = try #require(try Fixture.sentence([name: bytes, "config.json": Array("{}".utf8)]))
            for word in words {
                #expect(alone.contains(word), "\(alone)")
                #expect(folder.contains(word), "\(folder)")
            }
            #expect(alone.hasSuffix(".") && !alone.contains("header"))
        }
    }

    @Test(arguments: [
        ("model.onnx", "an ONNX model"), ("flax_model.msgpack", "Flax"), ("tf_model.h5", "HDF5"),
        ("weights.npz", "NumPy arrays"), ("model.safetensors.incomplete", "unfinished download"),
        ("m.gguf.part2of2", "one piece of a file that was cut by its bytes"), ("m.gguf-split-b", "one piece"),
    ])
    func namesTellWhereBytesDont(name: String, words: String) throws {
        let bytes: [UInt8] = [0, 1, 2, 3, 0x90]
        let alone = try #require(try Fixture.sentence([name: bytes], path: name))
        #expect(alone.contains(words), "\(alone)")
        let folder = try #require(try Fixture.sentence([name: bytes, "config.json": Array("{}".utf8)]))
        #expect(
            folder.contains("holds no weights that nibble reads: \(name)") && folder.contains(words),
            "\(folder)")
    }

    /// The first piece begins as the whole would.
    @Test func aPieceOfAFileIsNoFileCutShort() throws {
        let bytes = Array(GGUFBuilder.small.bytes.prefix(300))
        let sentence = try #require(try Fixture.sentence(["m.gguf.part1of2": bytes], path: "m.gguf.part1of2"))
        #expect(sentence.contains("Join all pieces in order (cat PIECES > MODEL.gguf)"), "\(sentence)")
    }

    @Test func aLinkWithoutItsTargetIsNoWrongPath() throws {
        try Fixture.withFolder(["config.json": Array("{}".utf8)]) { folder in
            let link = folder.appendingPathComponent("model.safetensors")
            try FileManager.default.createSymbolicLink(
                atPath: link.path, withDestinationPath: "../../blobs/gone")
            for url in [folder, link] {
                let error = #expect(throws: CheckpointError.self) { try Checkpoint.open(url) }
                #expect(
                    error?.description.contains("is a link to ../../blobs/gone, which is not there") == true,
                    "\(error?.description ?? "")")
            }
        }
    }

    @Test func versionsOfGGUFAreOlderOrNewer() throws {
        var file = GGUFBuilder.small
        file.version = 4
        let newer = try Fixture.sentence(["m.gguf": file.bytes])
        #expect(newer?.contains("newer than the versions 2 and 3") == true, "\(newer ?? "")")
        #expect(newer?.contains("newer nibble") == true)
        file.version = 1
        let older = try Fixture.sentence(["m.gguf": file.bytes])
        #expect(older?.contains("Convert the model again with a newer llama.cpp") == true, "\(older ?? "")")
    }

    /// Files of 2023 and failed downloads have the names of pickles too.
    @Test func whatIsNamedLikeAPickleNeedNotBeOne() throws {
        for (bytes, words) in [
            (Self.padded("tjgg"), "GGJT file (2023)"), (Array("Entry not found".utf8), "“Entry not found”"),
        ] {
            let sentence = try #require(
                try Fixture.sentence(["config.json": Array("{}".utf8), "ggml-model-q4_0.bin": bytes]))
            #expect(sentence.contains("ggml-model-q4_0.bin is ") && sentence.contains(words), "\(sentence)")
            #expect(!sentence.contains("pickle"))
        }
    }

    @Test func aFolderOfModelsNamesThem() throws {
        try Fixture.withFolder { folder in
            for place in ["one", "two", "hub/models--some--model"] {
                let inside = folder.appendingPathComponent(place)
                try FileManager.default.createDirectory(at: inside, withIntermediateDirectories: true)
                try Data("{}".utf8).write(to: inside.appendingPathComponent("config.json"))
            }
            let error = #expect(throws: CheckpointError.self) { try Checkpoint.open(folder) }
            #expect(error?.description.contains("but its folders do (one, two)") == true)
            let hub = folder.appendingPathComponent("hub")
            let other = #expect(throws: CheckpointError.self) { try Checkpoint.open(hub) }
            #expect(other?.description.contains("(models--some--model)") == true)
        }
    }

    @Test func aPipelineNamesItsFolders() throws {
        let sentence = try Fixture.sentence(["model_index.json": Array("{}".utf8)])
        #expect(sentence?.contains("pipeline of several models") == true, "\(sentence ?? "")")
    }

    @Test func anAdapterAloneIsSaidToBeOne() throws {
        let sentence = try Fixture.sentence([
            "adapter_config.json": Array("{}".utf8), "adapter_model.msg": [0],
        ])
        #expect(sentence?.contains("holds an adapter (adapter_config.json") == true, "\(sentence ?? "")")
    }
}
