import Foundation
import NibbleTestSupport
import Testing

@testable import NibbleCheckpoints

/// A model in numbered parts is one model, and never taken for whole where a part is missing.
struct PartTests {
    /// Three parts of a GGUF model, each with one tensor; the first has the metadata.
    private static func parts(total: UInt32 = 3) -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for number in 0..<3 {
            var file = GGUFBuilder()
            if number == 0 {
                file.pairs.append((Array("general.architecture".utf8), GGUFBuilder.value("llama")))
            }
            for (key, value) in [
                ("split.no", UInt32(number)), ("split.count", 3), ("split.tensors.count", total),
            ] {
                file.pairs.append((Array(key.utf8), GGUFBuilder.value(value)))
            }
            file.add("t\(number)", [4], type: 0, byteCount: 16)
            var bytes = file.bytes
            bytes[bytes.count - 16] = UInt8(number + 1)
            files["m-0000\(number + 1)-of-00003.gguf"] = bytes
        }
        return files
    }

    @Test func anyPartOfACompleteSetOpensTheWholeModel() throws {
        try Fixture.withFolder(Self.parts()) { folder in
            let places = [folder] + (1...3).map { folder.appendingPathComponent("m-0000\($0)-of-00003.gguf") }
            for place in places {
                let checkpoint = try Checkpoint.open(place)
                #expect(checkpoint.orderedTensors.map(\.name) == ["t0", "t1", "t2"])
                #expect(checkpoint.partCount == 3 && checkpoint.incompleteness == nil)
                #expect(checkpoint.configuration?.modelType == "llama")
                for number in 0..<3 {
                    let bytes = try checkpoint.tensor(named: "t\(number)").withUnsafeBytes { Array($0) }
                    #expect(bytes.first == UInt8(number + 1))
                }
            }
        }
    }

    @Test func aPartAloneSaysWhichAreMissing() throws {
        var files = Self.parts()
        files["m-00002-of-00003.gguf"] = nil
        try Fixture.withFolder(files) { folder in
            let checkpoint = try Checkpoint.open(folder.appendingPathComponent("m-00003-of-00003.gguf"))
            #expect(checkpoint.orderedTensors.map(\.name) == ["t0", "t2"])
            let problem = try #require(checkpoint.incompleteness)
            #expect(
                problem.contains("m.gguf has 3 parts") && problem.contains("missing is m-00002-of-00003.gguf")
            )
        }
        try Fixture.withFolder(["m-00002-of-00003.gguf": Self.parts()["m-00002-of-00003.gguf"] ?? []]) {
            let problem = try #require(try Checkpoint.open($0).incompleteness)
            #expect(problem.contains("here is only m-00002-of-00003.gguf"), "\(problem)")
            #expect(problem.contains("m-00001-of-00003.gguf and 1 more"), "\(problem)")
        }
        // Under another name only the file itself tells.
        try Fixture.withFolder(["first.gguf": Self.parts()["m-00001-of-00003.gguf"] ?? []]) { folder in
            let problem = try #require(try Checkpoint.open(folder).incompleteness)
            #expect(problem.contains("first.gguf is part 1 of 3"), "\(problem)")
        }
    }

    @Test func partsThatContradictEachOtherAreNotWhole() throws {
        try Fixture.withFolder(Self.parts(total: 5)) { folder in
            let problem = try #require(try Checkpoint.open(folder).incompleteness)
            #expect(problem.contains("hold 3 of the 5 tensors"), "\(problem)")
        }
        var swapped = Self.parts()
        swapped["m-00002-of-00003.gguf"] = Self.parts()["m-00003-of-00003.gguf"]
        swapped["m-00003-of-00003.gguf"] = Self.parts()["m-00002-of-00003.gguf"]
        try Fixture.withFolder(swapped) { folder in
            let problem = try #require(try Checkpoint.open(folder).incompleteness)
            #expect(problem.contains("says that it is part 3, not part 2"), "\(problem)")
        }
        var twice = Self.parts()
        twice["m-00002-of-00003.gguf"] = twice["m-00001-of-00003.gguf"]
        let sentence = try Fixture.sentence(twice)
        #expect(sentence?.contains("“t0” twice") == true, "\(sentence ?? "")")
    }

    @Test func theChooserListsPartsAsOneModel() throws {
        var files = Self.parts()
        files["whole.gguf"] = GGUFBuilder.small.bytes
        try Fixture.withFolder(files) { folder in
            let found = ModelDiscovery.candidates(in: folder)
            #expect(found.map(\.displayName) == ["m.gguf", "whole.gguf"])
            #expect(found.map(\.partCount) == [3, 1] && found.allSatisfy { $0.problem == nil })
            #expect(found[0].weightByteCount == Self.parts().values.reduce(0) { $0 + $1.count })
            #expect(found[0].browseOnly == nil && found[0].kind == "llama")
            let sentence = #expect(throws: CheckpointError.self) { try Checkpoint.open(folder) }
            #expect(sentence?.description.contains("m-00001-of-00003.gguf (3 parts), whole.gguf") == true)
            try FileManager.default.removeItem(at: folder.appendingPathComponent("m-00001-of-00003.gguf"))
            let rest = ModelDiscovery.candidates(in: folder)
            #expect(rest.map(\.displayName) == ["m.gguf", "whole.gguf"])
            #expect(rest[0].browseOnly?.contains("missing is m-00001-of-00003.gguf") == true)
        }
    }

    @Test func theChooserTellsAGGUFCutShortAndWhatIsMissing() throws {
        let whole = GGUFBuilder.small.bytes
        try Fixture.withFolder(["cut.gguf": Array(whole.dropLast(100)), "whole.gguf": whole]) { folder in
            let found = ModelDiscovery.candidates(in: folder)
            #expect(found.map { $0.problem == nil } == [false, true])
            #expect(found[0].problem?.contains("is cut short: 100 bytes are missing at its end") == true)
            let error = #expect(throws: CheckpointError.self) { try Checkpoint.open(found[0].url) }
            #expect(error?.description == found[0].problem)
        }
        // Every place where it can end, most of them inside the header.
        for count in 1..<whole.count {
            try Fixture.withFolder(["cut.gguf": Array(whole.prefix(count))]) { folder in
                let url = folder.appendingPathComponent("cut.gguf")
                #expect(throws: CheckpointError.self) { try Checkpoint.open(url) }
                #expect(ModelDiscovery.candidates(in: folder).first?.problem != nil, "\(count)")
            }
        }
    }

    @Test func partsOfSafetensorsAreOneModelToo() throws {
        func part(_ name: String) -> [UInt8] {
            Fixture.safetensors(
                "{\"\(name)\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", dataCount: 8)
        }
        let names = (1...2).map { "model-0000\($0)-of-00002.safetensors" }
        try Fixture.withFolder([names[0]: part("a"), names[1]: part("b")]) { folder in
            for place in [folder] + names.map({ folder.appendingPathComponent($0) }) {
                let checkpoint = try Checkpoint.open(place)
                #expect(checkpoint.tensors.count == 2 && checkpoint.incompleteness == nil)
            }
            #expect(ModelDiscovery.candidates(in: folder).map(\.partCount) == [2])
            try FileManager.default.removeItem(at: folder.appendingPathComponent(names[0]))
            for place in [folder, folder.appendingPathComponent(names[1])] {
                let problem = try #require(try Checkpoint.open(place).incompleteness)
                #expect(problem.contains("missing is \(names[0])"), "\(problem)")
            }
        }
    }

    /// As many parts as a name can promise, all there, cost no more than their number.
    @Test func manyPartsAreFoundAtOnce() throws {
        let all = try #require(PartName("m-00001-of-10000.gguf")).all
        #expect(all.count == 10_000)
        let (sets, others) = PartName.sets(among: all + ["m-1-of-10000.gguf", "x.gguf"])
        #expect(sets.count == 1 && sets[0].missing.isEmpty && sets[0].problem == nil)
        #expect(others == ["m-1-of-10000.gguf", "x.gguf"])
        let hostile = (0..<2000).map { "\($0)-00001-of-10000.gguf" }
        #expect(PartName.sets(among: hostile).sets.count == 2000)
    }

    @Test func namesOfPartsAreReadCarefully() {
        #expect(PartName("m-00002-of-00003.gguf")?.whole == "m.gguf")
        #expect(PartName("a-1-of-2.safetensors")?.all == ["a-1-of-2.safetensors", "a-2-of-2.safetensors"])
        for name in [
            "m-00004-of-00003.gguf", "m-00000-of-00003.gguf", "m-1-of-999999.gguf", "m.gguf", "m-1-of-2",
        ] {
            #expect(PartName(name) == nil, "\(name)")
        }
    }
}
