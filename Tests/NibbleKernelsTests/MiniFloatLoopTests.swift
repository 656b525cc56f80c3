import CNibbleKernels
import Testing

@testable import NibbleKernels

/// The loops that round to small floats, next to the type's own rounding.
@Suite struct MiniFloatLoopTests {
    static let types: [MiniFloat] = [.e4m3, .e5m2, .e3m2, .e2m3, .e2m1]

    /// Every number, every middle between two, their neighbours, and what is beyond or no number.
    private static func values(_ type: MiniFloat) -> [Float] {
        let numbers = type.values.filter(\.isFinite).sorted()
        let middles = zip(numbers, numbers.dropFirst()).map { ($0 + $1) / 2 }
        let near = (numbers + middles).flatMap { [$0.nextDown, $0, $0.nextUp] }
        let strange: [Float] = [
            .infinity, -.infinity, .greatestFiniteMagnitude, -.leastNonzeroMagnitude, 0x1p-130, -0.0,
        ]
        return near + strange + [2 * type.largest, -1.99 * type.largest]
    }

    @Test(arguments: types.indices, [1, 0x1p-3, 0x1p40, 0.37, 1e-30] as [Float])
    func codesAreTheTypes(_ index: Int, _ scale: Float) {
        let type = Self.types[index]
        let values = Self.values(type).map { $0 * scale } + [.nan, -.nan]
        for count in [values.count, 1, 7, 8, 9] {
            let expected = values.suffix(count).map { UInt16(type.code($0 / scale)) }
            for loop in [nibble_mini_codes, nibble_portable_mini_codes] {
                var codes = [UInt16](repeating: 0xAAAA, count: count + 1)
                loop(Array(values.suffix(count)), count, scale, type.loopType, &codes)
                #expect(codes == expected + [0xAAAA])
            }
        }
    }

    @Test(arguments: types.indices, [1, 0x1p-3, 0x1p20] as [Float])
    func errorsAreThoseOfTheDecodedValues(_ index: Int, _ scale: Float) {
        let type = Self.types[index]
        let values = Self.values(type).filter { ($0 * scale).isFinite && $0.magnitude < 0x1p60 }
            .map { $0 * scale }
        for count in [values.count, 31, 16, 5] {
            let part = Array(values.suffix(count))
            let expected = part.withUnsafeBufferPointer {
                PowerOfTwoScale.error(of: $0, scale: scale) { type.values[Int(type.code($0))] }
            }
            let error = nibble_mini_error(part, count, scale, type.loopType)
            #expect(abs(error - expected) <= 1e-12 * expected)
            #expect(error == nibble_portable_mini_error(part, count, scale, type.loopType))
        }
    }

    /// The search takes the least error of the three neighbours, and helps where the floor rule clips much.
    @Test(arguments: ["mxfp4", "mxfp8-e4m3"])
    func searchesFindTheLeastError(_ name: String) throws {
        let source = try Samples.matrix(8, 160, seed: 41)
        let plain = try FormatCatalogue.format(named: name).defaultEncoding
        var search = plain
        search.rangeRule = .meanSquaredError
        let errors = try [plain, search].map { encoding in
            let packed = try PackedMatrix.encode(source, encoding: encoding)
            return (0..<8).flatMap { row in
                let pairs = Array(zip(source.row(row), packed.decode(row: row)))
                return stride(from: 0, to: 160, by: 32).map { start in
                    pairs[start..<start + 32].reduce(0.0) {
                        $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1))
                    }
                }
            }
        }
        #expect(zip(errors[0], errors[1]).allSatisfy { $1 <= $0 })
        #expect(errors[0].reduce(0, +) > errors[1].reduce(0, +))
    }
}
