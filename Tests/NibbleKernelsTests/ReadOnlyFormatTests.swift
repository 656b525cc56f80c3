import NibbleTestSupport
import Testing

@testable import NibbleKernels

/// Formats that files hold and nothing here writes.
@Suite struct ReadOnlyFormatTests {
    static let names = FormatCatalogue.readOnly.map(\.name)

    /// Random blocks, which all stand for something.
    private static func matrix(_ name: String, rows: Int, columns: Int) throws -> PackedMatrix {
        let format = try FormatCatalogue.format(named: name)
        let shape = MatrixShape(rows: rows, columns: columns)
        let layout = try format.layout(of: shape, encoding: format.defaultEncoding)
        var generator = SeededGenerator(seed: 31)
        let bytes = (0..<layout.byteCount).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let owner = ByteStorage(copying: bytes)
        return try PackedMatrix.wrapping(format: name, shape: shape, bytes: owner.bytes, owner: owner)
    }

    @Test(arguments: names)
    func valuesAreNumbersTimesScales(_ name: String) throws {
        let packed = try Self.matrix(name, rows: 3, columns: 512)
        let coded = try #require(packed.format as? any IntegerCoded)
        for row in 0..<3 {
            let (values, codes) = (packed.decode(row: row), packed.codes(row: row))
            for column in stride(from: 0, to: 512, by: 7) {
                let (number, scale, minimum) = packed.withBytes(row: row) {
                    coded.number(row: $0, context: packed.context, column: column, code: codes[column])
                }
                #expect(minimum == 0 && number.magnitude <= 1 << coded.numberBits)
                let value = scale * Float(number)
                #expect(values[column] == value || value.isNaN && values[column].isNaN)
            }
        }
    }

    @Test(arguments: names)
    func everyProcessorReadsTheSame(_ name: String) throws {
        let format = try #require(FormatCatalogue.format(named: name) as? GridBlocks)
        var generator = SeededGenerator(seed: 32)
        let bytes = (0..<20 * format.shape.bytes).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let groups = 20 * format.shape.weights / format.shape.groupSize
        let results = [InnerLoops.best, InnerLoops.portable].map { table in
            var codes = [Int16](repeating: 0, count: 20 * format.shape.weights)
            var (scales, minima) = (
                [Float](repeating: 0, count: groups), [Float](repeating: 0, count: groups)
            )
            table.pointee.unpack_blocks(format.kind, bytes, 20, &codes, &scales, &minima)
            return (codes, scales.map(\.bitPattern))
        }
        #expect(results[0] == results[1])
        #expect(Set(results[0].0).count > 1)
    }

    @Test(arguments: names)
    func productsAreThoseOfDecodedValues(_ name: String) throws {
        let packed = try Self.matrix(name, rows: 4, columns: 512)
        let input = Samples.normal(512, seed: 33)
        let output = try packed.product(input, tokenCount: 1, .float).output
        for row in 0..<4 {
            let values = packed.decode(row: row)
            guard values.allSatisfy(\.isFinite) else { continue }
            let products = zip(values, input).map { Double($0) * Double($1) }
            let limit = products.reduce(0) { $0 + $1.magnitude } * 1e-5
            #expect(abs(Double(output[row]) - products.reduce(0, +)) <= limit)
        }
    }

    @Test(arguments: names)
    func encodingIsRefused(_ name: String) throws {
        let format = try FormatCatalogue.format(named: name)
        #expect(!format.canEncode && !FormatCatalogue.all.contains { $0.name == name })
        let error = #expect(throws: KernelError.self) {
            try PackedMatrix.encode(Samples.matrix(1, 256, seed: 1), encoding: format.defaultEncoding)
        }
        #expect(error?.description.hasPrefix("\(name) is read from files") == true)
    }

    /// Every weight type of GGUF has a format, and its blocks are as large as the format's.
    @Test(arguments: [
        ("Q4_0", 32, 18), ("Q4_1", 32, 20), ("Q5_0", 32, 22), ("Q5_1", 32, 24), ("Q8_0", 32, 34),
        ("Q2_K", 256, 84), ("Q3_K", 256, 110), ("Q4_K", 256, 144), ("Q5_K", 256, 176), ("Q6_K", 256, 210),
        ("IQ2_XXS", 256, 66), ("IQ2_XS", 256, 74), ("IQ2_S", 256, 82), ("IQ3_XXS", 256, 98),
        ("IQ3_S", 256, 110), ("IQ1_S", 256, 50), ("IQ1_M", 256, 56), ("IQ4_NL", 32, 18),
        ("IQ4_XS", 256, 136), ("TQ1_0", 256, 54), ("TQ2_0", 256, 66), ("MXFP4", 32, 17), ("NVFP4", 64, 36),
        ("Q1_0", 128, 18), ("Q2_0", 64, 18), ("F16", 1, 2), ("BF16", 1, 2), ("F32", 1, 4),
    ])
    func typesOfGGUFHaveFormats(_ type: (String, Int, Int)) throws {
        let format = try #require(FormatCatalogue.format(ofGGUFType: type.0))
        let layout = try format.layout(
            of: MatrixShape(rows: 2, columns: 3 * type.1), encoding: format.defaultEncoding)
        #expect(layout.byteCount == 6 * type.2 && layout.paddingColumns == 0)
    }

    @Test func typesThatHoldNoWeightsHaveNone() {
        for type in ["Q8_1", "Q8_K", "I32", "INT8", "NF4", ""] {
            #expect(FormatCatalogue.format(ofGGUFType: type) == nil)
        }
    }
}
