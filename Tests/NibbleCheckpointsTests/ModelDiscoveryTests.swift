import Foundation
import NibbleCheckpoints
import NibbleTestSupport
import Testing

struct ModelDiscoveryTests {
    private let config = Array(#"{"architectures":["LlamaForCausalLM"],"model_type":"llama"}"#.utf8)
    private let weights = Fixture.safetensors(
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, dataCount: 8)

    private func put(_ files: [String: [UInt8]], into folder: URL) throws {
        for (path, bytes) in files {
            let url = folder.appendingPathComponent(path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: url)
        }
    }

    @Test func theFixtures() throws {
        let folder = RepositoryPaths.root.appendingPathComponent("Tests/NibbleTransformersTests/Fixtures")
        let found = ModelDiscovery.candidates(in: folder)
        let names = ["llama-gqa-llama3rope", "llama-headdim-bias", "llama-linear-rope", "llama-tied"]
        #expect(found.map(\.displayName).filter(names.contains) == names)
        let sharded = try #require(found.first { $0.displayName == "llama-headdim-bias" })
        #expect(sharded.kind == "llama")
        #expect(sharded.problem == nil)
        #expect(sharded.weightByteCount == 117_176 + 118_856 + 32_888)
        _ = try Checkpoint.open(sharded.url)
        let itself = ModelDiscovery.candidates(in: Fixture.url("llama-tied"))
        #expect(itself.map(\.displayName) == ["llama-tied"])
        let roundabout = ModelDiscovery.candidates(in: Fixture.url("llama-tied/../llama-tied/."))
        #expect(roundabout.map(\.displayName) == ["llama-tied"])
    }

    @Test func childrenOfAFolder() throws {
        try Fixture.withFolder { folder in
            try put(
                [
                    "good/config.json": config, "good/model.safetensors": weights,
                    "pickles/config.json": config, "pickles/pytorch_model.bin": [0x80, 2],
                    "cut/config.json": config, "cut/model.safetensors": Array(weights.prefix(20)),
                    "broken/config.json": Array("{".utf8), "broken/model.safetensors": weights,
                    "empty/config.json": config, "web/config.json": Array("{}".utf8), "text/readme": [65],
                    ".hidden/config.json": config, ".hidden/model.safetensors": weights,
                    "lost/model.safetensors.index.json": Array(#"{"weight_map":{"a":"x.safetensors"}}"#.utf8),
                    "one.safetensors": weights, "two.gguf": Array("GGUF".utf8), "notes.txt": [65],
                ], into: folder)
            let found = ModelDiscovery.candidates(in: folder)
            #expect(
                found.map(\.displayName) == [
                    "broken", "cut", "empty", "good", "lost", "one.safetensors", "pickles", "two.gguf",
                ])
            let problems = [
                nil, "only 12 follow", "no weights", nil, "x.safetensors, which is not there",
                nil,
                "Python pickles", "ends inside the version",
            ]
            #expect(found[0].browseOnly?.contains("is not valid JSON") == true)
            for (candidate, problem) in zip(found, problems) {
                if let problem {
                    #expect(candidate.problem?.contains(problem) == true, "\(candidate)")
                } else {
                    #expect(candidate.problem == nil)
                    #expect(candidate.weightByteCount == weights.count)
                }
            }
        }
    }

    /// A GGUF file says itself what it is, whatever lies beside it.
    @Test func filesOfTheGGUFKindNameTheirArchitecture() throws {
        try Fixture.withFolder { folder in
            var file = GGUFBuilder.small
            let full = file.bytes
            file.pairs.reverse()
            let late = file.bytes
            file.pairs.removeLast()
            try put(
                [
                    "anonymous.gguf": file.bytes, "config.txt": config, "cut.gguf": Array(full.prefix(60)),
                    "full.gguf": full, "late.gguf": late,
                ], into: folder)
            let found = ModelDiscovery.candidates(in: folder)
            #expect(found.map(\.kind) == [nil, nil, "llama", "llama"])
            #expect(found.allSatisfy { $0.checkpointKind == "GGUF" })
            #expect(found.map(\.weightByteCount) == [file.bytes.count, 60, full.count, late.count])
            #expect(found[1].problem?.hasPrefix("cut.gguf promises 3 tensors") == true)
            #expect(found.count { $0.problem == nil } == 3)
        }
    }

    @Test func foldersThatCannotBeRead() {
        #expect(ModelDiscovery.candidates(in: URL(fileURLWithPath: "/nowhere/at/all")).isEmpty)
        #expect(ModelDiscovery.candidates(in: URL(fileURLWithPath: "/dev/null")).isEmpty)
        #expect(ModelDiscovery.huggingFaceCache(environment: [:]).isEmpty)
        #expect(ModelDiscovery.huggingFaceCache(environment: ["HOME": "/nowhere"]).isEmpty)
    }

    @Test func huggingFaceCache() throws {
        try Fixture.withFolder { folder in
            let hub = "huggingface/hub"
            let llama = "\(hub)/models--some-org--tiny-llama"
            try put(
                [
                    "\(llama)/refs/main": Array("abc123\n".utf8),
                    "\(llama)/snapshots/abc123/config.json": config, "\(llama)/blobs/ff": weights,
                    "\(llama)/snapshots/old/config.json": config,
                    "\(hub)/models--gone/refs/main": Array("../../x".utf8),
                    "\(hub)/models--alone/snapshots/r1/config.json": config,
                    "\(hub)/models--alone/snapshots/r1/model.safetensors": weights,
                    "\(hub)/datasets--x--y/snapshots/r1/config.json": config, "\(hub)/version.txt": [49],
                ], into: folder)
            try FileManager.default.createSymbolicLink(
                atPath: folder.appendingPathComponent("\(llama)/snapshots/abc123/model.safetensors").path,
                withDestinationPath: "../../blobs/ff")
            let found = ModelDiscovery.huggingFaceCache(environment: ["XDG_CACHE_HOME": folder.path])
            #expect(found.map(\.displayName) == ["alone", "gone", "some-org/tiny-llama"])
            #expect(found.map(\.weightByteCount) == [weights.count, 0, weights.count])
            #expect(found[0].problem == nil && found[2].problem == nil)
            #expect(found[1].problem == "The download of gone was not finished. Download it again.")
            #expect(try Checkpoint.open(found[2].url).tensors.count == 1)
        }
    }

    @Test func cachedModelsGoByTheirRepositorysName() throws {
        try Fixture.withFolder { folder in
            let repository = "hub/models--some-org--tiny-llama"
            try put(
                [
                    "\(repository)/refs/main": Array("abc".utf8),
                    "\(repository)/snapshots/abc/config.json": config,
                    "\(repository)/snapshots/abc/model.safetensors": weights,
                ], into: folder)
            let snapshot = folder.appendingPathComponent("\(repository)/snapshots/abc")
            #expect(ModelDiscovery.displayName(of: snapshot) == "some-org/tiny-llama")
            let whole = folder.appendingPathComponent(repository)
            #expect(ModelDiscovery.displayName(of: whole) == "some-org/tiny-llama")
            let opened = try Checkpoint.open(whole)
            #expect(opened.tensors.count == 1 && opened.location.lastPathComponent == "abc")
            #expect(
                ModelDiscovery.displayName(of: snapshot.appendingPathComponent("model.safetensors"))
                    == "model.safetensors")
            let roundabout = snapshot.appendingPathComponent("../abc/.")
            #expect(ModelDiscovery.displayName(of: roundabout) == "some-org/tiny-llama")
        }
    }

    /// Repositories often hold a model in several quantizations, each a file or a set of parts.
    @Test func foldersOfSeveralGGUFModelsListEach() throws {
        try Fixture.withFolder { folder in
            let file = GGUFBuilder.small.bytes
            let hub = "hub/models--some--quants/snapshots/abc"
            var files: [String: [UInt8]] = ["hub/models--some--quants/refs/main": Array("abc".utf8)]
            for place in [hub, "mine"] {
                for name in ["m-Q4.gguf", "m-Q8-00001-of-00002.gguf", "m-Q8-00002-of-00002.gguf"] {
                    files["\(place)/\(name)"] = file
                }
            }
            try put(files, into: folder)
            let cached = ModelDiscovery.huggingFaceCache(
                environment: ["HF_HUB_CACHE": folder.appendingPathComponent("hub").path])
            #expect(cached.map(\.displayName) == ["some/quants/m-Q4.gguf", "some/quants/m-Q8.gguf"])
            #expect(cached.map(\.partCount) == [1, 2] && cached[0].problem == nil)
            let found = ModelDiscovery.candidates(in: folder)
            #expect(found.map(\.displayName) == ["mine/m-Q4.gguf", "mine/m-Q8.gguf"])
        }
    }

    @Test func whereTheCacheIs() throws {
        try Fixture.withFolder { folder in
            let places = ["hub", "home/hub", "cache/huggingface/hub", "user/.cache/huggingface/hub"]
            for (index, place) in places.enumerated() {
                let snapshot = "\(place)/models--m--\(index)/snapshots/r"
                try put(
                    ["\(snapshot)/config.json": config, "\(snapshot)/model.safetensors": weights],
                    into: folder)
            }
            var environment: [String: String] = [:]
            for (index, setting) in [
                ("HOME", "user", 3), ("XDG_CACHE_HOME", "cache", 2), ("HF_HOME", "home", 1),
                ("HF_HUB_CACHE", "hub", 0),
            ].enumerated() {
                environment[setting.0] = folder.appendingPathComponent(setting.1).path
                let found = ModelDiscovery.huggingFaceCache(environment: environment)
                #expect(found.map(\.displayName) == ["m/\(setting.2)"], "step \(index)")
            }
        }
    }
}
