import CNibbleKernels
import NibbleTestSupport
import Testing

@testable import NibbleKernels

/// The encoders of GGUF's blocks in C.
@Suite struct BlockEncoderTests {
    struct Kind: CustomTestStringConvertible, Sendable {
        let name: String
        let kind: nibble_block_kind
        let shape: BlockShape
        var testDescription: String { name }
    }

    static let kinds: [Kind] =
        FormatCatalogue.all.compactMap { format in
            (format as? any BlockCoded).map {
                Kind(name: format.name, kind: type(of: $0).kind, shape: type(of: $0).shape)
            }
        } + [
            Kind(
                name: "q8_0", kind: NIBBLE_Q8_0,
                shape: BlockShape(weights: 32, bytes: 34, groupSize: 32, codeBits: 256)),
            Kind(
                name: "q4_0", kind: NIBBLE_Q4_0,
                shape: BlockShape(weights: 32, bytes: 18, groupSize: 32, codeBits: 128)),
        ]

    /// Rows that end anywhere in a block, of sizes that f16 scales can and cannot reach.
    @Test(arguments: kinds)
    func everyProcessorWritesTheSameBytes(_ kind: Kind) {
        for (seed, count) in [1, 31, 32, 33, 255, 256, 257, 300, 1024, 1300].enumerated() {
            for exponent in [-60, -24, -3, 0, 12, 40] {
                let values = Self.values(count, exponent: exponent, seed: UInt64(seed))
                let importance = Samples.normal(count, seed: 5).map { max($0, 0) }
                for weights in [nil, importance] {
                    let best = Self.bytes(kind, values, weights, nibble_encode_row)
                    #expect(best == Self.bytes(kind, values, weights, nibble_portable_encode_row))
                }
            }
        }
    }

    /// What is no number is zero, and infinities are the ends of what is finite.
    @Test(arguments: kinds)
    func strangeValuesBecomeFiniteOnes(_ kind: Kind) {
        var strange = Self.values(256, exponent: 0, seed: 3)
        var plain = strange
        let (lowest, highest) = (plain.min() ?? 0, plain.max() ?? 0)
        for (index, (value, stand)) in [(Float.nan, Float(0)), (.infinity, highest), (-.infinity, lowest)]
            .enumerated()
        {
            // Every block of 16 or more has its own ends in its first two values.
            for start in stride(from: 0, to: 256, by: 16) {
                (strange[start], strange[start + 1]) = (lowest, highest)
                (plain[start], plain[start + 1]) = (lowest, highest)
                (strange[start + 4 + index], plain[start + 4 + index]) = (value, stand)
            }
        }
        let importance = [Float](repeating: 1, count: 256)
        for weights in [nil, importance] {
            let encoded = Self.bytes(kind, strange, weights, nibble_encode_row)
            #expect(encoded == Self.bytes(kind, plain, weights, nibble_encode_row))
        }
    }

    /// A scale whose inverse is infinite leaves zeros zeros.
    @Test(arguments: kinds)
    func zerosBesideTheSmallestNumbersStayZero(_ kind: Kind) throws {
        let values = (0..<256).map { $0 % 4 == 0 ? Float.leastNonzeroMagnitude : 0 }
        let packed = try PackedMatrix.encode(
            Samples.matrix(1, 256, values: values),
            encoding: FormatCatalogue.format(named: kind.name).defaultEncoding)
        let decoded = packed.decode(row: 0)
        #expect(zip(values, decoded).allSatisfy { $0 != 0 || $1 == 0 } && decoded.allSatisfy(\.isFinite))
    }

    /// Columns of no importance don't change the codes of the others.
    @Test func importanceDecidesWhichColumnsAreExact() throws {
        let formats = FormatCatalogue.all.filter(\.usesImportance)
        #expect(formats.count >= 10)
        let source = try Samples.matrix(8, 512, seed: 21)
        let importance = (0..<512).map { Float($0 % 8 == 0 ? 100 : 0.01) }
        for format in formats {
            let plain = try PackedMatrix.encode(source, encoding: format.defaultEncoding)
            let weighted = try PackedMatrix.encode(
                source, encoding: format.defaultEncoding, importance: importance)
            let errors = [plain, weighted].map { packed in
                (0..<8).reduce(Float(0)) { sum, row in
                    zip(source.row(row), packed.decode(row: row)).enumerated().reduce(sum) {
                        let difference = $1.element.0 - $1.element.1
                        return $0 + importance[$1.offset] * difference * difference
                    }
                }
            }
            #expect(errors[1] < errors[0], "\(format.name)")
        }
    }

    @Test func importanceThatDoesNotFitIsRefused() throws {
        let source = try Samples.matrix(2, 32, seed: 1)
        let wrong: [[Float]] = [
            [1], [Float](repeating: -1, count: 32), [Float](repeating: .nan, count: 32),
            [Float](repeating: .infinity, count: 32),
        ]
        for importance in wrong {
            let error = #expect(throws: KernelError.self) {
                try PackedMatrix.encode(
                    source, encoding: StorageEncoding(format: "q4_0", granularity: .fixed),
                    importance: importance)
            }
            #expect(error?.description.hasSuffix(".") == true)
        }
    }

    @Test func formatsWithoutAWeightedVariantEncodeAsWithout() throws {
        let source = try Samples.matrix(2, 64, seed: 2)
        let importance = Samples.normal(64, seed: 6).map(\.magnitude)
        for format in FormatCatalogue.all where !format.usesImportance {
            let plain = try PackedMatrix.encode(source, encoding: format.defaultEncoding)
            let weighted = try PackedMatrix.encode(
                source, encoding: format.defaultEncoding, importance: importance)
            for row in 0..<2 { #expect(plain.codes(row: row) == weighted.codes(row: row)) }
        }
    }

    /// Numbers with groups of zeros, of one sign, of one value, and halves that tie.
    private static func values(_ count: Int, exponent: Int, seed: UInt64) -> [Float] {
        let size = Float(sign: .plus, exponent: exponent, significand: 1)
        return Samples.normal(count, seed: seed).enumerated().map { index, value in
            switch index / 32 % 6 {
            case 1: index % 3 == 0 ? -0.0 : 0
            case 2: value.magnitude * size
            case 3: size
            case 4: (value * 4).rounded() / 4 * size
            default: value * size
            }
        }
    }

    private static func bytes(
        _ kind: Kind, _ values: [Float], _ importance: [Float]?,
        _ encode: (
            nibble_block_kind, UnsafePointer<Float>, Int, UnsafePointer<Float>?, UnsafeMutablePointer<UInt8>
        ) -> Void
    ) -> [UInt8] {
        let blocks = (values.count + kind.shape.weights - 1) / kind.shape.weights
        var bytes = [UInt8](repeating: 0xAA, count: blocks * kind.shape.bytes + 8)
        if let importance {
            encode(kind.kind, values, values.count, importance, &bytes)
        } else {
            encode(kind.kind, values, values.count, nil, &bytes)
        }
        #expect(bytes.suffix(8) == [UInt8](repeating: 0xAA, count: 8)[...])
        return bytes
    }
}
