import NibbleKernels
import Testing

@Suite struct LayoutTests {
    @Test(arguments: KernelCase.granularities)
    func bitsPerWeightAreTheStoredBytes(_ item: KernelCase) throws {
        for columns in Samples.columnCounts + [256] {
            let packed = try PackedMatrix.encode(
                Samples.matrix(4, columns, seed: 2), encoding: item.encoding)
            let layout = packed.layout
            #expect(packed.packedBytes().count == layout.byteCount)
            let bits = Double(packed.packedBytes().count * 8 + layout.tensorBits)
            #expect(layout.bitsPerWeight == bits / Double(4 * columns))
            #expect(layout.paddingBits >= 0)
        }
    }

    @Test(arguments: KernelCase.granularities)
    func bitsPerWeightFollowTheDefinition(_ item: KernelCase) throws {
        let (rows, columns) = (64, 256)
        let packed = try PackedMatrix.encode(
            Samples.matrix(rows, columns, seed: 2), encoding: item.encoding)
        let format = try item.format
        let zeroBits = format.family == .asymmetricInteger ? 8.0 : 0
        let scaleBits =
            switch item.encoding.granularity {
            case .group(let size):
                ((Self.groupScaleBits[format.name] ?? 16) + zeroBits) / Double(min(size, columns))
                    + Double(packed.layout.tensorBits) / Double(rows * columns)
            case .channel: (32 + zeroBits) / Double(columns)
            case .tensor:
                (format.family == .fixedPoint ? 8 : 32 + zeroBits) / Double(rows * columns)
            case .fixed:
                try #require(Self.scaleBits[format.name])
                    + (packed.layout.tensorBits == 32 ? 32.0 / 16384 : 0)
            }
        #expect(abs(packed.layout.bitsPerWeight - Double(format.codeBits) - scaleBits) < 1e-9)
        let bits = packed.layout.bitsPerWeight * Double(rows * columns)
        if !packed.isBorrowed { #expect(Double(packed.residentByteCount * 8) <= 1.1 * bits) }
    }

    /// Bits beside the codes for each weight, as the formats' definitions have them.
    private static let scaleBits: [String: Double] = [
        "f32": 0, "f16": 0, "bf16": 0, "q8_0": 0.5, "q4_0": 0.5, "q4_1": 1, "q5_0": 0.5, "q5_1": 1,
        "iq4_nl": 0.5, "iq4_xs": 0.25, "mxfp4-gguf": 0.25, "nvfp4-gguf": 0.5, "q2_k": 0.625, "q3_k": 0.4375,
        "q4_k": 0.5, "q5_k": 0.5, "q6_k": 0.5625,
        "tq2_0": 0.0625, "tq1_0": -0.3125, "ternary": 0, "mxfp8-e4m3": 0.25, "mxfp8-e5m2": 0.25,
        "mxfp6-e3m2": 0.25, "mxfp6-e2m3": 0.25, "mxfp4": 0.25, "mxint8": 0.25, "nvfp4": 0.5,
    ]

    /// Bits of a group's scale where they aren't those of an f16.
    private static let groupScaleBits: [String: Double] = [
        "nf4": 32, "bnb-fp4": 32, "nf4-dq": 8, "bnb-fp4-dq": 8,
    ]

    @Test func quantizedScalesTakeWhatTheDefinitionSays() throws {
        let packed = try PackedMatrix.encode(
            Samples.matrix(64, 512, seed: 3),
            encoding: StorageEncoding(format: "nf4-dq", granularity: .group(64)))
        // Two runs of 256 scales, and their mean.
        #expect(packed.layout.tensorBits == 32 + 2 * 32)
        let perWeight = 4 + 8.0 / 64 + 32.0 / (64 * 256)
        #expect(abs(packed.layout.bitsPerWeight - perWeight - 32.0 / (64 * 512)) < 1e-9)
    }

    @Test func equalStorageIsBorrowed() throws {
        let source = try Samples.matrix(2, 5, seed: 1)
        let packed = try PackedMatrix.encode(
            source, encoding: StorageEncoding(format: "f32", granularity: .fixed))
        #expect(packed.isBorrowed && packed.residentByteCount == 0)
        #expect(packed.decode(row: 1) == source.row(1))
    }

    @Test func blocksArePaddedAndGroupsEndShort() throws {
        let block = try FormatCatalogue.format(named: "q4_0")
        let shape = MatrixShape(rows: 2, columns: 172)
        let layout = try block.layout(of: shape, encoding: block.defaultEncoding)
        #expect(
            layout.paddingColumns == 20 && layout.bytesPerRow == 6 * 18 && layout.paddingBits == 2 * 20 * 4)
        let encoding = StorageEncoding(format: "int4", granularity: .group(32))
        let short = try FormatCatalogue.format(named: "int4").layout(of: shape, encoding: encoding)
        #expect(short.paddingColumns == 0 && short.bytesPerRow == 86 + 6 * 2)
        #expect(short.columns(ofGroup: 5) == 160..<172)
    }

    @Test(arguments: KernelCase.granularities)
    func emptyMatricesAreEncodedAndMultiplied(_ item: KernelCase) throws {
        for (rows, columns) in [(0, 5), (5, 0), (0, 0)] {
            let packed = try PackedMatrix.encode(
                Samples.matrix(rows, columns, values: []), encoding: item.encoding)
            let input = [Float](repeating: 1, count: columns)
            #expect(try packed.product(input, tokenCount: 1).output == [Float](repeating: 0, count: rows))
            #expect(packed.layout.bitsPerWeight == 0)
        }
    }

    @Test func codesAreDenseLowestBitsFirst() throws {
        // Codes −3 … 3 of int3, stored plus 4: 1 2 3 4 5 6 7 in three bits each.
        let values: [Float] = [-3, -2, -1, 0, 1, 2, 3]
        let packed = try Samples.encode(values, StorageEncoding(format: "int3", granularity: .tensor))
        let bits = [1, 2, 3, 4, 5, 6, 7].enumerated().reduce(0) { $0 | $1.element << (3 * $1.offset) }
        #expect(
            packed.packedBytes(row: 0) == [UInt8(bits & 255), UInt8(bits >> 8 & 255), UInt8(bits >> 16)])
    }

    @Test(arguments: KernelCase.granularities)
    func replacedCodeChangesDecodedValueAndOutput(_ item: KernelCase) throws {
        let packed = try PackedMatrix.encode(Samples.matrix(3, 45, seed: 8), encoding: item.encoding)
        let old = packed.codes(row: 1)[40]
        let grid = packed.grid(row: 1, column: 40)
        let highest = try grid?.highestCode ?? Int32(clamping: (1 << item.format.codeBits) - 1)
        let new = old == highest ? old - 1 : old + 1
        let changed = packed.replacingCode(row: 1, column: 40, code: new)
        #expect(changed.codes(row: 1)[40] == new && packed.codes(row: 1)[40] == old)
        var expected = packed.decode(row: 1)
        expected[40] = grid.map { $0.value(of: new) } ?? changed.decode(row: 1)[40]
        #expect(changed.decode(row: 1) == expected)
        #expect(changed.decode(row: 0) == packed.decode(row: 0))
        let input = (0..<45).map { $0 == 40 ? Float(1e4) : 0.01 }
        let (before, after) = try (
            packed.product(input, tokenCount: 1), changed.product(input, tokenCount: 1)
        )
        #expect(before.output[1] != after.output[1])
        #expect(before.output[0] == after.output[0] && before.output[2] == after.output[2])
    }
}
