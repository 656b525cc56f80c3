import Foundation
import NibbleCheckpoints
import Testing

struct SafetensorsWriterTests {
    @Test func everyTypeComesBack() throws {
        try Fixture.withFolder { folder in
            let url = folder.appendingPathComponent("model.safetensors")
            let tensors = ElementType.safetensorsTypes.enumerated().map { index, type in
                let entry = TensorEntry(name: "tensor \"\(index)\"\n\\", elementType: type, shape: [2, 4])
                return (entry: entry, bytes: (0..<type.bitCount).map { UInt8(($0 * 7 + index) % 256) })
            }
            try SafetensorsWriter.write(tensors, metadata: ["format": "pt", "a\u{1}": "é"], to: url)
            let checkpoint = try Checkpoint.open(url)
            #expect(checkpoint.metadata == ["format": "pt", "a\u{1}": "é"])
            #expect(checkpoint.orderedTensors.count == tensors.count)
            for (entry, bytes) in tensors {
                let tensor = try checkpoint.tensor(named: entry.name)
                #expect(tensor.description.shape == [2, 4])
                #expect(tensor.description.elementType == entry.elementType)
                #expect(tensor.withUnsafeBytes { Array($0) } == bytes)
                #expect(tensor.description.byteRange.lowerBound % entry.elementType.byteCount == 0)
            }
        }
    }

    @Test func scalarsAndEmptyTensors() throws {
        try Fixture.withFolder { folder in
            let url = folder.appendingPathComponent("model.safetensors")
            let scalar = (
                entry: TensorEntry(name: "scalar", elementType: .f32, shape: []),
                bytes: [UInt8](repeating: 0, count: 4)
            )
            let empty = (
                entry: TensorEntry(name: "empty", elementType: .f32, shape: [3, 0]), bytes: [UInt8]()
            )
            try SafetensorsWriter.write([empty, scalar], to: url)
            let checkpoint = try Checkpoint.open(url)
            #expect(try checkpoint.tensor(named: "scalar").floats() == [0])
            #expect(try checkpoint.tensor(named: "empty").floats() == [Float]())
            try SafetensorsWriter.write([], to: url)
            #expect(try Checkpoint.open(url).orderedTensors.isEmpty)
        }
    }

    /// Files that must not be written, and the reason in the sentence.
    static let refusals: [([TensorEntry], String)] = [
        (
            [
                TensorEntry(name: "a", elementType: .u8, shape: [1]),
                TensorEntry(name: "a", elementType: .u8, shape: [1]),
            ],
            "taken"
        ),
        ([TensorEntry(name: "__metadata__", elementType: .u8, shape: [1])], "taken"),
        ([TensorEntry(name: "a", elementType: .u8, shape: [-1])], "impossible shape"),
        ([TensorEntry(name: "a", elementType: .f64, shape: [.max])], "impossible shape"),
        ([TensorEntry(name: "a", elementType: .f4, shape: [3])], "impossible shape"),
        ([TensorEntry(name: "a", elementType: .u8, shape: [4])], "more or fewer bytes"),
        ([TensorEntry(name: "a", elementType: .u8, shape: [0])], "more or fewer bytes"),
    ]

    @Test(arguments: refusals)
    func nothingIsLeftAfterAnError(entries: [TensorEntry], reason: String) throws {
        try Fixture.withFolder { folder in
            let url = folder.appendingPathComponent("model.safetensors")
            try Data("before".utf8).write(to: url)
            let error = #expect(throws: CheckpointError.self) {
                try SafetensorsWriter.write(entries, to: url) { _, append in
                    try [UInt8(1)].withUnsafeBytes { try append($0) }
                }
            }
            #expect(error?.description.contains(reason) == true)
            #expect(try Data(contentsOf: url) == Data("before".utf8))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["model.safetensors"])
        }
    }

    @Test func aFailingSourceLeavesNothing() throws {
        struct Stopped: Error {}
        try Fixture.withFolder { folder in
            let url = folder.appendingPathComponent("model.safetensors")
            let entry = TensorEntry(name: "a", elementType: .u8, shape: [4])
            #expect(throws: Stopped.self) {
                try SafetensorsWriter.write([entry], to: url) { _, _ in throw Stopped() }
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(left.isEmpty)
        }
    }

    @Test func aMissingFolderGivesASentence() throws {
        let url = URL(fileURLWithPath: "/nowhere/at/all/model.safetensors")
        let error = #expect(throws: CheckpointError.self) {
            try SafetensorsWriter.write([TensorEntry](), to: url) { _, _ in }
        }
        #expect(
            error?.description.hasPrefix("/nowhere/at/all/model.safetensors could not be written: the folder")
                == true)
    }
}
