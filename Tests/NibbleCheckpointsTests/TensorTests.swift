import Foundation
import NibbleCheckpoints
import Testing

struct TensorTests {
    private func tensor(_ type: ElementType, _ bytes: [UInt8], _ body: (Tensor) throws -> Void) throws {
        try Fixture.withFolder { folder in
            let url = folder.appendingPathComponent("model.safetensors")
            let entry = TensorEntry(
                name: "t", elementType: type, shape: [bytes.count / type.byteCount])
            try SafetensorsWriter.write([(entry, bytes)], to: url)
            try body(Checkpoint.open(url).tensor(named: "t"))
        }
    }

    private func bytes<Element>(_ elements: [Element]) -> [UInt8] { elements.withUnsafeBytes { Array($0) } }

    /// All 65,536 values, against the compiler's own conversion.
    @Test func everyHalf() throws {
        let patterns = (0...UInt16.max).map { $0 }
        try tensor(.f16, bytes(patterns)) { tensor in
            for (pattern, value) in zip(patterns, try tensor.floats()) {
                let expected = Float(Float16(bitPattern: pattern))
                let isSame = expected.isNaN ? value.isNaN : value.bitPattern == expected.bitPattern
                if !isSame { Issue.record("\(pattern): \(value), not \(expected)") }
            }
        }
    }

    @Test func everyBrainFloat() throws {
        let patterns = (0...UInt16.max).map { $0 }
        try tensor(.bf16, bytes(patterns)) { tensor in
            let values = try tensor.floats().map(\.bitPattern)
            #expect(values == patterns.map { UInt32($0) << 16 })
        }
    }

    @Test func wideTypes() throws {
        let singles: [Float] = [0, -0.0, 1.5, .infinity, .leastNonzeroMagnitude, -.greatestFiniteMagnitude]
        try tensor(.f32, bytes(singles)) { tensor in
            let values = try tensor.floats()
            #expect(values.map(\.bitPattern) == singles.map(\.bitPattern))
        }
        let doubles: [Double] = [1 / 3, 1e300, -1e-50, 16_777_217, 16_777_219]
        try tensor(.f64, bytes(doubles)) {
            let values = try $0.floats()
            #expect(values == [Float(1.0 / 3), .infinity, -0.0, 16_777_216, 16_777_220])
        }
    }

    @Test func parts() throws {
        try tensor(.bf16, bytes([0x3F80, 0x4000, 0x4040, 0x4080] as [UInt16])) { tensor in
            let middle = try tensor.floats(1..<3)
            #expect(middle == [2, 3])
            let end = try tensor.floats(4..<4)
            #expect(end.isEmpty)
            for range in [-1..<2, 3..<5, 5..<5] {
                let error = #expect(throws: CheckpointError.self) { try tensor.floats(range) }
                #expect(error == .tensor(name: "t", .rangeOutside(range, elementCount: 4)))
            }
        }
    }

    /// A header of 61 bytes puts the floats at an odd address.
    @Test func bytesAtAnOddAddress() throws {
        var json = #"{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#
        while (8 + json.utf8.count) % 2 == 0 { json += " " }
        let file = Fixture.safetensors(json, dataCount: 0) + bytes([Float(2.5)])
        try Fixture.withFolder(["model.safetensors": file]) { folder in
            let values = try Checkpoint.open(folder).tensor(named: "t").floats()
            #expect(values == [2.5])
        }
    }

    @Test func descriptionsThatContradictThemselves() {
        #expect(TensorDescription(name: "t", elementType: .f32, shape: [2], byteRange: 0..<7) == nil)
        #expect(TensorDescription(name: "t", elementType: .f32, shape: [-2], byteRange: 0..<8) == nil)
        #expect(TensorDescription(name: "t", elementType: .f32, shape: [.max, 4], byteRange: 0..<8) == nil)
        #expect(
            TensorDescription(name: "t", elementType: .f32, shape: [2], byteRange: 4..<12)?.byteCount == 8)
        #expect(
            TensorDescription(name: "t", elementType: .u8, shape: [.max, .max, 0], byteRange: 4..<4) == nil)
    }

    @Test func typesKnowTheirNames() {
        for type in ElementType.safetensorsTypes {
            #expect(ElementType(safetensorsName: type.safetensorsName) == type)
        }
        #expect(ElementType(safetensorsName: "f32") == nil)
        #expect(ElementType.safetensorsTypes.filter(\.isUsable) == [.f64, .f32, .f16, .bf16])
    }
}
