import Foundation
import NibbleTestSupport
import Testing

@testable import NibbleCheckpoints

struct GGUFWriterTests {
    private static let types: [ElementType] =
        [.f32, .f16, .bf16, .f64, .i8, .i16, .i32, .i64] + BlockType.all.map { .block($0) }

    private static let metadata: [(key: String, value: GGUFField)] = [
        ("general.architecture", .text("llama")), ("a.count", .unsigned(.max)), ("a.number", .number(0.1)),
        ("a.truth", .boolean(true)), ("a.texts", .texts([Array("é".utf8), [], Array("e\u{301}".utf8)])),
        ("a.numbers", .numbers([-1.5, 0])), ("a.integers", .integers([-3, 7])),
    ]

    /// Writes one tensor of each type, with bytes that tell the places apart.
    private static func write(to url: URL) throws -> [(entry: TensorEntry, bytes: [UInt8])] {
        let tensors = types.enumerated().map { index, type in
            let entry = TensorEntry(
                name: "tensor \(index)", elementType: type, shape: [3, type.blockElementCount])
            return (entry: entry, bytes: (0..<(entry.byteCount ?? 0)).map { UInt8(($0 * 7 + index) % 256) })
        }
        var rest = tensors[...]
        try GGUFWriter.write(tensors.map(\.entry), metadata: metadata, to: url) { entry, append in
            let first = rest.popFirst()
            let next = try #require(first)
            #expect(next.entry == entry)
            // In pieces, as a file larger than memory is written.
            try next.bytes.withUnsafeBytes { bytes in
                try append(UnsafeRawBufferPointer(rebasing: bytes[..<1]))
                try append(UnsafeRawBufferPointer(rebasing: bytes[1...]))
            }
        }
        return tensors
    }

    @Test func everyTypeComesBack() throws {
        try Fixture.withFolder { folder in
            let url = folder.appendingPathComponent("model.gguf")
            let tensors = try Self.write(to: url)
            let checkpoint = try Checkpoint.open(url)
            #expect(checkpoint.warnings == [])
            #expect(checkpoint.orderedTensors.map(\.name) == tensors.map(\.entry.name))
            for (entry, bytes) in tensors {
                let tensor = try checkpoint.tensor(named: entry.name)
                #expect(tensor.description.shape == entry.shape)
                #expect(tensor.description.elementType == entry.elementType)
                #expect(tensor.withUnsafeBytes { Array($0) } == bytes)
                #expect(tensor.description.byteRange.lowerBound % 32 == 0)
            }
        }
    }

    @Test func everyKindOfValueComesBack() throws {
        try Fixture.withFolder { folder in
            let (url, copy) = (
                folder.appendingPathComponent("a.gguf"), folder.appendingPathComponent("b.gguf")
            )
            _ = try Self.write(to: url)
            let checkpoint = try Checkpoint.open(url)
            let gguf = try #require(checkpoint.gguf)
            #expect(gguf.keys == Self.metadata.map(\.key))
            #expect(gguf["a.count"]?.integer == Int(UInt32.max))
            #expect(gguf["a.number"]?.number == Double(Float(0.1)))
            #expect(gguf["a.truth"] == .boolean(true))
            #expect(
                gguf["a.texts"]?.list?.map { $0.text.map { Array($0.utf8) } } == [
                    [0xC3, 0xA9], [], [0x65, 0xCC, 0x81],
                ])
            #expect(gguf["a.numbers"] == .list([.number(-1.5), .number(0)]))
            #expect(gguf["a.integers"] == .list([.integer(-3), .integer(7)]))
            // Values taken from a file byte by byte are the same again.
            let stored = try gguf.keys.map { key in
                (key: key, value: try #require(gguf.stored(key, in: checkpoint.files[0])))
            }
            try GGUFWriter.write([], metadata: stored, to: copy) { _, _ in }
            #expect(try Checkpoint.open(copy).gguf?.values == gguf.values)
            #expect(gguf.stored("absent", in: checkpoint.files[0]) == nil)
        }
    }

    /// Tensors that must not be written, and the reason in the sentence.
    static let refusals: [([TensorEntry], String)] = [
        (
            [
                TensorEntry(name: "a", elementType: .i8, shape: [1]),
                TensorEntry(name: "a", elementType: .i8, shape: [1]),
            ],
            "taken"
        ),
        ([TensorEntry(name: "a", elementType: .u8, shape: [1])], "U8, which GGUF does not have"),
        ([TensorEntry(name: "a", elementType: .f32, shape: [1, 1, 1, 1, 1])], "impossible shape"),
        ([TensorEntry(name: "a", elementType: .f64, shape: [.max])], "impossible shape"),
        (
            [TensorEntry(name: "a", elementType: .block(BlockType.all[0]), shape: [2, 16])],
            "impossible shape"
        ),
        ([TensorEntry(name: "a", elementType: .i8, shape: [4])], "more or fewer bytes"),
        ([TensorEntry(name: "a", elementType: .i8, shape: [0])], "more or fewer bytes"),
    ]

    @Test(arguments: refusals)
    func impossibleTensorsAreRefused(entries: [TensorEntry], reason: String) throws {
        try Fixture.withFolder { folder in
            let url = folder.appendingPathComponent("model.gguf")
            try Data([1]).write(to: url)
            let error = #expect(throws: CheckpointError.self) {
                try GGUFWriter.write(entries, metadata: [], to: url) { _, append in
                    try [UInt8(0)].withUnsafeBytes { try append($0) }
                }
            }
            #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
            #expect(try Data(contentsOf: url) == Data([1]))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["model.gguf"])
        }
    }

    @Test func aKeyStandsOnce() throws {
        try Fixture.withFolder { folder in
            let error = #expect(throws: CheckpointError.self) {
                try GGUFWriter.write(
                    [], metadata: [("a", .unsigned(1)), ("a", .unsigned(2))],
                    to: folder.appendingPathComponent("model.gguf")
                ) { _, _ in }
            }
            #expect(error?.description.contains("“a” is given twice") == true)
        }
    }

    /// Every length of our own file below the whole, and thousands of damaged ones: a header or a typed error, no trap.
    @Test func damagedFilesAreRefusedOrRead() throws {
        try Fixture.withFolder { folder in
            let url = folder.appendingPathComponent("model.gguf")
            _ = try Self.write(to: url)
            let whole = Array(try Data(contentsOf: url))
            let header = try whole.withUnsafeBytes { try GGUFHeader($0) }
            let dataStart = try #require(header.tensors.first).byteRange.lowerBound
            let end = try #require(header.tensors.last).byteRange.upperBound
            for count in 0..<end {
                #expect(throws: GGUFProblem.self) {
                    try whole[..<count].withUnsafeBytes { _ = try GGUFHeader($0) }
                }
            }
            var random = SeededGenerator(seed: 9)
            var refused = 0
            for _ in 0..<5000 {
                var bytes = whole
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    bytes[Int.random(in: 0..<dataStart, using: &random)] = UInt8.random(
                        in: 0...255, using: &random)
                }
                do { _ = try bytes.withUnsafeBytes { try GGUFHeader($0) } } catch is GGUFProblem {
                    refused += 1
                }
            }
            #expect(refused > 2500)
        }
    }
}
