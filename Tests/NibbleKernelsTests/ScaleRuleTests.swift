import NibbleTestSupport
import Testing

@testable import NibbleKernels

/// Rules by which scales are chosen.
@Suite struct ScaleRuleTests {
    private static let formats = FormatCatalogue.all.filter { $0.rangeRules.contains(.scale(.ceiling)) }.map(
        \.name)

    /// Blocks of very different sizes.
    private func source() throws -> FloatMatrix {
        let values = Samples.normal(64 * 32, seed: 51).enumerated().map { index, value in
            value * Float(sign: .plus, exponent: index / 32 % 40 - 20, significand: 1)
        }
        return try Samples.matrix(64, 32, values: values)
    }

    private func encode(_ format: String, _ rule: RangeRule) throws -> PackedMatrix {
        try PackedMatrix.encode(
            source(), encoding: StorageEncoding(format: format, granularity: .fixed, rangeRule: rule))
    }

    @Test(arguments: formats)
    func exponentsAreInTheOrderOfTheRules(_ name: String) throws {
        let bytes = try [ScaleRule.floor, .even, .ceiling, .roundUp].map {
            try encode(name, .scale($0)).scaleBytes(size: 32).map(Int.init)
        }
        for (index, floor) in bytes[0].enumerated() {
            #expect(floor <= bytes[1][index] && bytes[1][index] <= bytes[2][index])
            #expect(bytes[2][index] <= floor + 1 && floor...floor + 1 ~= bytes[3][index])
        }
        // MXINT8's largest code is so near the next power of two that rounding up is rare.
        #expect(bytes[0] != bytes[2] && (bytes[0] != bytes[3] || name == "mxint8"))
    }

    /// By the last rule nothing clips, by the floor some largest weights do.
    @Test(arguments: formats)
    func roundingUpClipsNothing(_ name: String) throws {
        let source = try source()
        for rule in [ScaleRule.roundUp, .ceiling] {
            let packed = try encode(name, .scale(rule))
            for row in 0..<64 {
                let (values, decoded) = (source.row(row), packed.decode(row: row))
                let largest = values.indices.max { values[$0].magnitude < values[$1].magnitude } ?? 0
                let error = (values[largest] - decoded[largest]).magnitude
                // Half a unit in the last place of the coarsest number, or of a sum beyond it.
                #expect(error <= values[largest].magnitude * 0.2501 || rule == .ceiling)
            }
        }
    }

    @Test(arguments: formats)
    func searchIsNoWorseThanAnyNeighbour(_ name: String) throws {
        let source = try source()
        let errors = try ([.meanSquaredError] + [ScaleRule.floor, .even, .ceiling].map(RangeRule.scale)).map {
            let packed = try encode(name, $0)
            return (0..<64).map { row in
                zip(source.row(row), packed.decode(row: row)).reduce(0.0) {
                    $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1)
                }
            }
        }
        for row in 0..<64 {
            for other in errors.dropFirst() { #expect(errors[0][row] <= other[row] * 1.0001) }
        }
    }

    @Test func theFirstRuleIsTheDefinition() throws {
        for name in Self.formats {
            #expect(try encode(name, .minMax).packedBytes() == encode(name, .scale(.floor)).packedBytes())
        }
    }

    @Test func unitScalesAreCasts() throws {
        let values: [Float] = [1, 448, 460, 500, -1e6, 0.001]
        let results = try ["fp8-e4m3", "fp8-e4m3-nonsat", "fp8-e5m2-nonsat"].map {
            try Samples.encode(values, StorageEncoding(format: $0, rangeRule: .scale(.unit))).decode(row: 0)
        }
        #expect(results[0] == [1, 448, 448, 448, -448, 0.001953125])
        #expect(results[1][..<3] == [1, 448, 448] && results[1][3].isNaN && results[1][4].isNaN)
        #expect(results[2] == [1, 448, 448, 512, -.infinity, 0.0009765625])
    }

    @Test(arguments: 2...8)
    func fullRangesUseTheLowestCode(_ bits: Int) throws {
        let lowest = -Int32(1 << (bits - 1))
        for rule in [ScaleRule.full, .noClip] {
            let encoding = StorageEncoding(format: "int\(bits)", rangeRule: .scale(rule))
            let arithmetic = Arithmetic(activation: "int8-token")
            let packed = try Samples.encode([-1, 0.25, 0.5, 0], encoding)
            #expect(
                packed.codes(row: 0)[0] == lowest || rule == .full && packed.codes(row: 0)[0] == lowest + 1)
            #expect(packed.grid(row: 0, column: 0)?.lowestCode == lowest)
            // The loops that multiply take that code, too.
            let input: [Float] = [1, -1, 0.5, 1]
            let output = try packed.product(input, tokenCount: 1, arithmetic).output
            let reference = try ReferenceMultiplication.multiply(
                packed, activations: input, tokenCount: 1, arithmetic: arithmetic)
            #expect(output == reference.output)
        }
    }

    @Test func subnormalBlockScalesServeSmallBlocks() throws {
        var values = Samples.normal(256, seed: 52, deviation: 1e-4)
        values[0] = 100
        let errors = try [RangeRule.minMax, .scale(.subnormal)].map { rule in
            let encoding = StorageEncoding(format: "nvfp4", granularity: .fixed, rangeRule: rule)
            return try zip(values, Samples.encode(values, encoding).decode(row: 0)).dropFirst(16)
                .reduce(Float(0)) { $0 + ($1.0 - $1.1).magnitude }
        }
        #expect(errors[1] < errors[0])
    }
}
