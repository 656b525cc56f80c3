import Testing

@testable import NibbleKernels

/// Small floats and the block formats made of them, bit by bit as other programs have them.
@Suite struct SmallFloatGoldenTests {
    static let types: [MiniFloat] = [.e4m3, .e5m2, .e3m2, .e2m3, .e2m1]

    @Test(arguments: types.map(\.name))
    func everyCodeHasItsValue(_ name: String) throws {
        let type = try #require(Self.types.first { $0.name == name })
        let expected = try Fixture.floats("minifloat-\(name).values")
        #expect(expected.count == type.values.count)
        for (value, other) in zip(type.values, expected) {
            #expect(value.bitPattern == other.bitPattern || value.isNaN && other.isNaN)
        }
        for (code, value) in type.values.enumerated() where value.isFinite {
            #expect(type.code(value) == UInt8(code))
        }
    }

    @Test(arguments: types.map(\.name))
    func roundingEqualsMlDtypes(_ name: String) throws {
        let type = try #require(Self.types.first { $0.name == name })
        let values = try Fixture.floats("minifloat-\(name).x")
        let codes = try Fixture.bytes("minifloat-\(name).codes")
        #expect(codes.count == values.count)
        for (value, expected) in zip(values, codes) {
            // Types without NaN leave it to the program what becomes of one.
            if value.isNaN, type.specials == .none { continue }
            let code = type.code(value, overflow: .special)
            #expect(code == expected || type.values[Int(code)].isNaN && type.values[Int(expected)].isNaN)
        }
        guard type.specials != .none else { return }
        for (value, expected) in try zip(values, Fixture.bytes("minifloat-\(name).saturated")) {
            let code = type.code(value)
            #expect(code == expected || value.isNaN && type.values[Int(code)].isNaN)
        }
    }

    @Test func directedRoundingGoesTheRightWay() {
        let type = MiniFloat.e2m1
        for value in stride(from: Float(-5.9), through: 5.9, by: 0.37) {
            let (down, up) = (type.code(value, rounding: .floor), type.code(value, rounding: .ceiling))
            #expect(type.values[Int(down)] <= value && value <= type.values[Int(up)])
            let inward = type.values[Int(type.code(value, rounding: .truncate))]
            #expect(inward.magnitude <= value.magnitude)
        }
    }

    @Test(arguments: ["mxfp8-e4m3", "mxfp8-e5m2", "mxfp6-e3m2", "mxfp6-e2m3", "mxfp4", "mxint8"])
    func microscalingEqualsTheDefinition(_ name: String) throws {
        let format = try FormatCatalogue.format(named: name)
        let source = try Samples.matrix(112, 32, values: Fixture.floats("gguf-input.x"))
        let packed = try PackedMatrix.encode(source, encoding: format.defaultEncoding)
        let (scales, codes) = try (Fixture.bytes("\(name).scale"), Fixture.bytes("\(name).codes"))
        let decoded = try Fixture.floats("\(name).deq")
        for row in 0..<112 {
            let range = row * 32..<(row + 1) * 32
            #expect(packed.packedBytes(row: row).last == scales[row])
            #expect(packed.codes(row: row).map { UInt8(truncatingIfNeeded: $0) } == Array(codes[range]))
            #expect(packed.decode(row: row) == Array(decoded[range]))
        }
    }

    @Test func blocksOfTwoLevelsEqualTorchao() throws {
        let encoding = LayerEncoding(format: "nvfp4", granularity: .fixed)
        let packed = try PackedMatrix.encode(
            Samples.matrix(12, 256, values: Fixture.floats("nvfp4.x")), encoding: encoding)
        #expect(try packed.context.parameters.scale == Fixture.floats("nvfp4.s_tensor")[0])
        let (scales, codes) = try (Fixture.bytes("nvfp4.s_block"), Fixture.bytes("nvfp4.packed"))
        let decoded = try Fixture.floats("nvfp4.deq")
        for row in 0..<12 {
            let bytes = packed.packedBytes(row: row)
            #expect(bytes.suffix(16) == scales[row * 16..<(row + 1) * 16])
            #expect(bytes.prefix(128) == codes[row * 128..<(row + 1) * 128])
            #expect(packed.decode(row: row) == Array(decoded[row * 256..<(row + 1) * 256]))
        }
    }

    @Test(arguments: [("nf4", "nf4"), ("bnb-fp4", "fp4")])
    func blocksOfLevelsEqualBitsandbytes(_ name: String, _ fixture: String) throws {
        let format = try #require(FormatCatalogue.format(named: name) as? NormalFloatFormat)
        #expect(try format.levels == Fixture.floats("bitsandbytes-\(fixture).levels"))
        let source = try Samples.matrix(7, 512, values: Fixture.floats("gguf-input.x"))
        let packed = try PackedMatrix.encode(source, encoding: format.defaultEncoding)
        let scales = try Fixture.floats("bitsandbytes-\(fixture).absmax")
        // The first of two codes lies in the high half there.
        let codes = try Fixture.bytes("bitsandbytes-\(fixture).packed").flatMap {
            [Int32($0 >> 4), Int32($0 & 15)]
        }
        let decoded = try Fixture.floats("bitsandbytes-\(fixture).deq")
        for row in 0..<7 {
            let range = row * 512..<(row + 1) * 512
            #expect(packed.codes(row: row) == Array(codes[range]))
            for (column, value) in packed.decode(row: row).enumerated() {
                let scale = scales[(row * 512 + column) / 64]
                #expect((value - decoded[row * 512 + column]).magnitude <= 1e-6 * scale)
            }
        }
    }

    @Test func ternaryCodesEqualThePaper() throws {
        let values = try Fixture.floats("bitnet.w")
        let encoding = LayerEncoding(format: "ternary", granularity: .fixed)
        let packed = try PackedMatrix.encode(Samples.matrix(3, 512, values: values), encoding: encoding)
        let scale = packed.context.parameters.scale
        let expected = try Fixture.floats("bitnet.gamma")[0]
        #expect((scale - expected).magnitude <= 1e-6 * expected)
        let codes = try Fixture.signedBytes("bitnet.codes").map(Int32.init)
        for (index, code) in (0..<3).flatMap(packed.codes(row:)).enumerated() {
            // A mean in another order of summation may move a value that lies just between two codes.
            let isBetween = ((values[index] / expected).magnitude - 0.5).magnitude <= 1e-6
            #expect(code == codes[index] || isBetween)
        }
    }
}
