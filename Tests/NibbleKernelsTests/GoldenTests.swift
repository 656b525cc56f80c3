import Testing

@testable import NibbleKernels

/// Results of other programs, bit by bit.
@Suite struct GoldenTests {
    static let blockFormats = [
        "Q8_0", "Q6_K", "Q5_1", "Q5_0", "Q5_K", "Q4_1", "Q4_0", "Q4_K", "IQ4_NL", "Q3_K", "Q2_K", "TQ2_0",
        "TQ1_0",
    ]

    @Test(arguments: blockFormats)
    func blocksEqualGGUF(_ name: String) throws {
        let format = try FormatCatalogue.format(named: name)
        let source = try Samples.matrix(7, 512, values: Fixture.floats("gguf-input.x"))
        let packed = try PackedMatrix.encode(source, encoding: format.defaultEncoding)
        #expect(try packed.packedBytes() == Fixture.bytes("gguf-\(name).bytes"))
        let decoded = (0..<7).flatMap { packed.decode(row: $0) }
        #expect(try decoded == Fixture.floats("gguf-\(name).decoded"))
    }

    @Test(arguments: blockFormats)
    func anyBlockDecodesAsInGGUF(_ name: String) throws {
        let (bytes, expected) = try (
            Fixture.bytes("gguf-\(name).random"), Fixture.floats("gguf-\(name).values")
        )
        let format = try FormatCatalogue.format(named: name)
        let shape = MatrixShape(rows: expected.count / 256, columns: 256)
        let layout = try format.layout(of: shape, encoding: format.defaultEncoding)
        try #require(layout.byteCount == bytes.count)
        let context = RowContext(
            layout: layout, parameters: TensorParameters(), encoding: format.defaultEncoding)
        let owner = ByteStorage(copying: bytes)
        let packed = try PackedMatrix(
            format: format, context: context, base: #require(owner.bytes.baseAddress), owner: owner,
            isBorrowed: false)
        for row in 0..<shape.rows {
            #expect(packed.decode(row: row) == Array(expected[row * 256..<(row + 1) * 256]))
        }
    }

    @Test func activationBlocksEqualGGUFButForTies() throws {
        // ggml's reference rounds ties away from zero, its vector code and this scheme to even (NUMERICS §6).
        let values = try Fixture.floats("gguf-activations.x")
        let blocks = try Fixture.bytes("gguf-activations.q8_0")
        var report = KernelReport()
        let token = QuantizedToken(values, scheme: Int8Activations(blockSize: 32), report: &report)
        for block in 0..<values.count / 32 {
            let start = block * 34
            let scale = Float16(bitPattern: UInt16(blocks[start]) | UInt16(blocks[start + 1]) << 8)
            #expect(token.scales[block] == Float(scale))
            for column in 0..<32 {
                let value = values[block * 32 + column]
                let largest = values[block * 32..<block * 32 + 32].map(\.magnitude).max() ?? 0
                let isTie = value * (127 / largest) - (value * (127 / largest)).rounded(.down) == 0.5
                let expected = Int16(Int8(bitPattern: blocks[start + 2 + column]))
                #expect(token.codes[block * 32 + column] == expected || isTie)
            }
        }
    }

    @Test(arguments: ["Q4_0", "Q8_0", "Q5_0", "IQ4_NL"])
    func productsEqualGGUF(_ name: String) throws {
        let format = try FormatCatalogue.format(named: name)
        let source = try Samples.matrix(7, 512, values: Fixture.floats("gguf-input.x"))
        let packed = try PackedMatrix.encode(source, encoding: format.defaultEncoding)
        let input = try Fixture.floats("gguf-activations.x")
        let output = try packed.product(input, tokenCount: 7).output
        let expected = try Fixture.floats("gguf-\(name).products")
        for row in 0..<7 {
            for token in 0..<7 {
                let weights = packed.decode(row: row)
                let magnitude = zip(weights, input[token * 512..<(token + 1) * 512]).reduce(Float(0)) {
                    $0 + ($1.0 * $1.1).magnitude
                }
                let difference = output[token * 7 + row] - expected[row * 7 + token]
                #expect(difference.magnitude <= 1e-5 * magnitude)
            }
        }
    }

    @Test(
        arguments: [("q4_4", 8, 4), ("q1_7", 8, 7), ("q8_8", 16, 8), ("q3_12", 15, 12)],
        [
            ("even", RoundingMode.halfToEven), ("away", .halfAwayFromZero), ("halfup", .halfUp),
            ("floor", .floor), ("trunc", .truncate), ("ceil", .ceiling),
        ])
    func fixedPointCodesEqualIntegers(_ word: (String, Int, Int), _ mode: (String, RoundingMode)) throws {
        let encoding = LayerEncoding(
            format: "fixed\(word.1)", granularity: .tensor, rangeRule: .fractionBits(word.2), rounding: mode.1
        )
        let packed = try Samples.encode(Fixture.floats("fixedpoint-\(word.0).x"), encoding)
        #expect(try packed.codes(row: 0) == Fixture.integers("fixedpoint-\(word.0).\(mode.0)"))
    }

    @Test(arguments: [16, 24, 32], Accumulator.Overflow.allCases)
    func accumulatorsEqualIntegers(_ bits: Int, _ overflow: Accumulator.Overflow) throws {
        let accumulator = Accumulator(bits: bits, overflow: overflow)
        let a = try Fixture.signedBytes("accumulators.a").map(Int16.init)
        let b = try Fixture.signedBytes("accumulators.b").map(Int16.init)
        let name = (overflow == .wrap ? "wrap" : "sat") + "\(bits)"
        let (sums, counts) = try (
            Fixture.integers("accumulators.\(name)"), Fixture.integers("accumulators.n\(name)")
        )
        for row in 0..<16 {
            var tally = KernelReport.Tally()
            let range = row * 512..<(row + 1) * 512
            let sum = SimulatedRegister.sum(
                Array(a[range]), Array(b[range]), 512, accumulator, tally: &tally)
            #expect(sum == Int64(sums[row]))
            #expect(tally.count == Int(counts[row]))
        }
    }

    @Test(arguments: [0, 1, 2, 4, 5])
    func asymmetricBytesEqualDynamicQuantizeLinear(_ number: Int) throws {
        let name = "onnxruntime-dql_\(number)"
        let encoding = LayerEncoding(format: "int8-asym", granularity: .tensor)
        let packed = try Samples.encode(Fixture.floats(name + ".x"), encoding)
        let grid = try #require(packed.grid(row: 0, column: 0))
        #expect(try grid.scale == Fixture.floats(name + ".scale")[0])
        #expect(try grid.zeroPoint == Int32(Fixture.bytes(name + ".zeroPoint")[0]))
        #expect(try packed.codes(row: 0) == Fixture.bytes(name + ".codes").map(Int32.init))
    }

    @Test func symmetricRowsEqualQuantizeLinear() throws {
        let source = try Samples.matrix(6, 40, values: Fixture.floats("onnxruntime-ql_s8_axis0.x"))
        let packed = try PackedMatrix.encode(
            source, encoding: LayerEncoding(format: "int8", granularity: .channel))
        #expect(
            try (0..<6).map { packed.grid(row: $0, column: 0)?.scale }
                == Fixture.floats("onnxruntime-ql_s8_axis0.scale"))
        #expect(
            try (0..<6).flatMap { packed.codes(row: $0) }
                == Fixture.signedBytes("onnxruntime-ql_s8_axis0.codes").map(Int32.init))
    }

    @Test func blocksOfFourBitsEqualQuantizeLinear() throws {
        // The scales are f32 there: only the step from values to codes is compared.
        let values = try Fixture.floats("onnxruntime-ql_int4_block32.x")
        let expected = try Fixture.signedBytes("onnxruntime-ql_int4_block32.codes")
        for (block, scale) in try Fixture.floats("onnxruntime-ql_int4_block32.scale").enumerated() {
            let grid = CodeGrid(scale: scale, zeroPoint: 0, lowestCode: -8, highestCode: 7)
            let range = block * 32..<(block + 1) * 32
            #expect(grid.codes(Array(values[range])) == expected[range].map(Int32.init))
        }
    }

    @Test func tensorsEqualQuantizeLinear() throws {
        let signed = CodeGrid(scale: 0.25, zeroPoint: -3, lowestCode: -128, highestCode: 127)
        #expect(
            try signed.codes(Fixture.floats("onnxruntime-ql_s8.x"))
                == Fixture.signedBytes("onnxruntime-ql_s8.codes").map(Int32.init))
        let unsigned = CodeGrid(scale: 0.25, zeroPoint: 131, lowestCode: 0, highestCode: 255)
        #expect(
            try unsigned.codes(Fixture.floats("onnxruntime-ql_u8.x"))
                == Fixture.bytes("onnxruntime-ql_u8.codes").map(Int32.init))
    }

    @Test func percentilesEqualNumpy() throws {
        let values = try Fixture.floats("percentile.x")
        let expected = [(99, 2.57959921), (99.9, 3.14464256), (99.99, 3.54981752)]
        for (percent, value) in expected {
            let found = values.withUnsafeBufferPointer { RangeSearch.percentile(of: $0, percent: percent) }
            #expect(abs(Double(found) - value) < 1e-6)
        }
    }
}

extension CodeGrid {
    /// The codes of some values, to nearest even.
    func codes(_ values: [Float]) -> [Int32] {
        var codes = [UInt16](repeating: 0, count: values.count)
        values.withUnsafeBufferPointer { values in
            codes.withUnsafeMutableBufferPointer {
                if let start = $0.baseAddress {
                    encode(values, rounding: .halfToEven, offset: 256, into: start)
                }
            }
        }
        return codes.map { Int32($0) - 256 }
    }
}
