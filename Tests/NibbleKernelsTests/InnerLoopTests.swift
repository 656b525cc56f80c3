import CNibbleKernels
import NibbleTestSupport
import Testing

@testable import NibbleKernels

/// The processor's best loops against the portable ones, at all lengths around their vectors.
@Suite struct InnerLoopTests {
    private let best = InnerLoops.best.pointee
    private let portable = InnerLoops.portable.pointee
    private static let lengths = Array(0...40) + [63, 64, 65, 100, 257]

    private func codes(_ count: Int, seed: UInt64, limit: Int16 = 2000) -> [Int16] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in .random(in: -limit...limit, using: &generator) }
    }

    /// Ordinary and strange numbers.
    private func values(_ count: Int, seed: UInt64) -> [Float] {
        let strange: [Float] = [
            .nan, .infinity, -.infinity, 0, -0.0, 0x1p-133, 3e38, 0.5, -1.5, 65504, 65520, 1e-7,
        ]
        var generator = SeededGenerator(seed: seed)
        return Samples.normal(count, seed: seed, deviation: 3).map { value in
            Int.random(in: 0..<5, using: &generator) == 0
                ? strange.randomElement(using: &generator) ?? 0 : value
        }
    }

    @Test(arguments: [16, 32, 33, 1, 7, 300])
    func segmentSums(_ length: Int) {
        for columns in Self.lengths {
            let (w, a) = (codes(columns, seed: 1), codes(4 * columns, seed: 2))
            let count = (columns + length - 1) / length
            var (one, two) = ([Int32](repeating: 0, count: count), [Int32](repeating: 1, count: count))
            best.dot_segments(w, a, columns, length, &one)
            portable.dot_segments(w, a, columns, length, &two)
            #expect(one == two)
            var (four, other) = (
                [Int32](repeating: 0, count: 4 * count), [Int32](repeating: 1, count: 4 * count)
            )
            best.dot_segments_4(w, a, columns, length, &four)
            portable.dot_segments_4(w, a, columns, length, &other)
            #expect(four == other)
            #expect(Array(four.prefix(count)) == one)
        }
    }

    @Test func extremeProductsAreExact() {
        // Pairs of −128 · −128 would saturate in an 8-bit multiply-add; here they stay whole.
        let codes = [Int16](repeating: -128, count: 64)
        var sum: Int32 = 0
        best.dot_segments(codes, codes, 64, 64, &sum)
        #expect(sum == 64 * 16384)
    }

    @Test func scaledSums() {
        for count in Self.lengths {
            let sums = codes(count, seed: 3).map(Int32.init)
            let (w, a) = (Samples.normal(count, seed: 4), Samples.normal(count, seed: 5))
            for minima in [nil, Samples.normal(count, seed: 6)] {
                let results = [best, portable].map { table in
                    minima.map { table.scaled_sum(sums, w, a, sums, $0, count) }
                        ?? table.scaled_sum(sums, w, a, sums, nil, count)
                }
                var expected: Float = 0
                for index in 0..<count {
                    expected.addProduct(Float(sums[index]), w[index] * a[index])
                    if let minima { expected.addProduct(Float(sums[index]) * a[index], minima[index]) }
                }
                #expect(results == [expected, expected])
            }
        }
    }

    @Test func floatProducts() {
        for count in Self.lengths {
            let (a, b) = (Samples.normal(count, seed: 6), Samples.normal(count, seed: 7))
            let exact = zip(a, b).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
            let bound = zip(a, b).reduce(0.0) { $0 + Double(($1.0 * $1.1).magnitude) }
            for table in [best, portable] {
                #expect(
                    abs(Double(table.dot_f32(a, b, count)) - exact) <= Double(count + 8) * 0x1p-24 * bound)
                var target = b
                table.add_scaled_f32(a, 1.5, &target, count)
                for (index, value) in target.enumerated() {
                    #expect((value - (b[index] + 1.5 * a[index])).magnitude <= 1e-6)
                }
            }
        }
    }

    @Test(arguments: [1, 2, 3, 4], [1, 2, 3])
    func tilesOfFloatProducts(_ rows: Int, _ tokens: Int) {
        for columns in Self.lengths {
            let (w, a) = (Samples.normal(rows * columns, seed: 8), Samples.normal(tokens * columns, seed: 9))
            for table in [best, portable] {
                var (sums, alone) = ([Float](repeating: 0, count: 12), [Float](repeating: 0, count: 12))
                table.dot_tile_f32(w, rows, a, tokens, columns, &sums)
                for token in 0..<tokens {
                    for row in 0..<rows {
                        let weights = Array(w[row * columns..<(row + 1) * columns])
                        let values = Array(a[token * columns..<(token + 1) * columns])
                        table.dot_tile_f32(weights, 1, values, 1, columns, &alone)
                        #expect(sums[4 * token + row] == alone[0])
                        let terms = zip(weights, values).map { Double($0) * Double($1) }
                        let bound = Double(columns + 8) * 0x1p-24 * terms.reduce(0) { $0 + abs($1) }
                        #expect(abs(Double(alone[0]) - terms.reduce(0, +)) <= bound)
                    }
                }
            }
        }
    }

    @Test func storedRowsAreMultipliedAsTheirDecodedOnes() {
        for columns in Self.lengths {
            let (w, a) = (Samples.normal(7 * columns, seed: 8), Samples.normal(columns, seed: 9))
            for (kind, mask) in [
                (NIBBLE_F32, UInt32.max), (NIBBLE_BF16, 0xFFFF_0000), (NIBBLE_F16, 0xFFFF_E000),
            ] {
                let rounded = w.map { Float(bitPattern: ($0 * 0.25).bitPattern & mask) }
                let stored: [UInt8] = rounded.flatMap { value -> [UInt8] in
                    switch kind {
                    case NIBBLE_F16: withUnsafeBytes(of: Float16(value).bitPattern) { Array($0) }
                    case NIBBLE_BF16: withUnsafeBytes(of: UInt16(value.bitPattern >> 16)) { Array($0) }
                    default: withUnsafeBytes(of: value) { Array($0) }
                    }
                }
                let values = rounded.map { kind == NIBBLE_F16 ? Float(Float16($0)) : $0 }
                for table in [best, portable] {
                    var (sums, expected) = ([Float](repeating: 0, count: 7), [Float](repeating: 0, count: 12))
                    table.dot_stored_rows(kind, stored, 7, a, columns, &sums)
                    for row in 0..<7 {
                        let weights = Array(values[row * columns..<(row + 1) * columns])
                        table.dot_tile_f32(weights, 1, a, 1, columns, &expected)
                        let bound = zip(weights, a).reduce(0.0) { $0 + abs(Double($1.0) * Double($1.1)) }
                        #expect(abs(Double(sums[row] - expected[0])) <= Double(columns + 8) * 0x1p-23 * bound)
                    }
                }
            }
        }
    }

    @Test(arguments: Array(1...16))
    func unpackingUndoesPacking(_ bits: Int) {
        for count in Self.lengths {
            var generator = SeededGenerator(seed: UInt64(bits))
            let limit = UInt16((1 << bits) - 1)
            let codes = (0..<count).map { _ in UInt16.random(in: 0...limit, using: &generator) }
            var bytes = [UInt8](repeating: 0, count: BitPacking.byteCount(count, bits: bits))
            codes.withUnsafeBufferPointer { codes in
                bytes.withUnsafeMutableBufferPointer {
                    if let start = $0.baseAddress { BitPacking.pack(codes, bits: bits, into: start) }
                }
            }
            for table in [best, portable] {
                var unpacked = [Int16](repeating: 0, count: count)
                table.unpack(bytes, bytes.count, UInt32(bits), 3, &unpacked, count)
                #expect(unpacked == codes.map { Int16(truncatingIfNeeded: Int($0) - 3) })
            }
            // The bits themselves, by the definition.
            for bit in 0..<count * bits {
                #expect(bytes[bit / 8] >> (bit % 8) & 1 == UInt8(codes[bit / bits] >> (bit % bits) & 1))
            }
        }
    }

    @Test(arguments: [4, 6, 8])
    func levels(_ bits: Int) {
        let levels = Samples.normal(1 << bits, seed: 12)
        for count in Self.lengths {
            var generator = SeededGenerator(seed: 13)
            let codes = (0..<count).map { _ in Int16.random(in: 0..<Int16(1 << bits), using: &generator) }
            for table in [best, portable] {
                var values = [Float](repeating: 0, count: count)
                table.decode_levels(codes, levels, UInt32(bits), 0.3, &values, count)
                #expect(values == codes.map { 0.3 * levels[Int($0)] })
            }
        }
    }

    @Test func blocks() {
        var generator = SeededGenerator(seed: 9)
        let bytes = (0..<5 * 34).map { _ in UInt8.random(in: 0...255, using: &generator) }
        var (one, two) = ([Int16](repeating: 0, count: 160), [Int16](repeating: 1, count: 160))
        var (scales, others) = ([Float](repeating: 0, count: 5), [Float](repeating: 1, count: 5))
        best.unpack_q8_0(bytes, 5, &one, &scales)
        portable.unpack_q8_0(bytes, 5, &two, &others)
        #expect(one == two && scales.map(\.bitPattern) == others.map(\.bitPattern))
        best.unpack_q4_0(bytes, 5, &one, &scales)
        portable.unpack_q4_0(bytes, 5, &two, &others)
        #expect(one == two && scales.map(\.bitPattern) == others.map(\.bitPattern))
        for (count, length) in [(160, 16), (160, 32), (37, 16), (37, 7), (5, 64)] {
            (one, two) = (codes(160, seed: 10), codes(160, seed: 10))
            best.subtract_zero_points(&one, count, length, bytes)
            portable.subtract_zero_points(&two, count, length, bytes)
            #expect(one == two)
        }
    }

    @Test(arguments: FormatCatalogue.all.compactMap { ($0 as? any BlockCoded)?.name })
    func blocksOfEveryKind(_ name: String) throws {
        let type = try type(of: #require(FormatCatalogue.format(named: name) as? any BlockCoded))
        var generator = SeededGenerator(seed: 14)
        let (shape, count) = (type.shape, 7)
        let bytes = (0..<count * shape.bytes).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let groups = count * shape.weights / shape.groupSize
        let results = [best, portable].map { table in
            var codes = [Int16](repeating: 0, count: count * shape.weights)
            var (scales, minima) = (
                [Float](repeating: 0, count: groups), [Float](repeating: 0, count: groups)
            )
            table.unpack_blocks(type.kind, bytes, count, &codes, &scales, &minima)
            return (codes, scales.map(\.bitPattern), minima.map(\.bitPattern))
        }
        #expect(results[0] == results[1])
    }

    @Test func encoding() {
        let grids = [
            CodeGrid(scale: 0.3, zeroPoint: 0, lowestCode: -7, highestCode: 7),
            CodeGrid(scale: 0.02, zeroPoint: 131, lowestCode: 0, highestCode: 255),
            CodeGrid(scale: 0x1p-133, zeroPoint: 0, lowestCode: -128, highestCode: 127),
            CodeGrid(scale: 0, zeroPoint: 2, lowestCode: 0, highestCode: 3),
            CodeGrid(scale: 0.001, zeroPoint: 0, lowestCode: -32768, highestCode: 32767),
        ]
        for count in Self.lengths {
            let values = values(count, seed: UInt64(count))
            for grid in grids {
                var (one, two) = ([UInt16](repeating: 0, count: count), [UInt16](repeating: 1, count: count))
                best.encode(values, count, grid.loopGrid, 32768, &one)
                portable.encode(values, count, grid.loopGrid, 32768, &two)
                let rounder = CodeRounder(grid: grid, mode: .halfToEven)
                #expect(one == two && one == values.map { UInt16(rounder.code($0) + 32768) })
                let errors = [best, portable].map { $0.squared_error(values, count, grid.loopGrid) }
                #expect(errors[0] == errors[1])
            }
        }
    }

    @Test func rangesAndActivations() {
        for count in Self.lengths {
            let values = values(count, seed: UInt64(count) + 100)
            let finite = values.filter { $0.isFinite }
            for table in [best, portable] {
                var (lower, upper): (Float, Float) = (1, 1)
                table.extremes(values, count, &lower, &upper)
                #expect(lower == min(0, finite.min() ?? 0) && upper == max(0, finite.max() ?? 0))
                var strange = 0
                let largest = table.largest_magnitude(values, count, &strange)
                #expect(largest == finite.map(\.magnitude).max() ?? 0 && strange == count - finite.count)
                var codes = [Int16](repeating: 0, count: count)
                table.quantize_i8(values, count, 20, &codes)
                #expect(
                    codes
                        == values.map { value in
                            let steps = value * 20
                            return steps.isNaN
                                ? 0 : Int16(min(max(steps.rounded(.toNearestOrEven), -127), 127))
                        })
            }
        }
    }

    @Test func halvesAreConvertedExactly() {
        let halves = (0...UInt16.max).map { $0.littleEndian }
        var (one, two) = ([Float](repeating: 0, count: 65536), [Float](repeating: 1, count: 65536))
        best.convert_f16(halves, &one, 65535)
        portable.convert_f16(halves, &two, 65535)
        for (index, value) in one.enumerated().dropLast() {
            #expect(value.bitPattern == two[index].bitPattern)
            let expected = Float(Float16(bitPattern: UInt16(index)))
            #expect(value == expected || value.isNaN && expected.isNaN)
        }
        best.convert_bf16(halves, &one, 65535)
        portable.convert_bf16(halves, &two, 65535)
        #expect(one.indices.allSatisfy { one[$0].bitPattern == two[$0].bitPattern || $0 == 65535 })
        #expect(one[0x3F80] == 1 && one[0xC049] == -3.140625)
    }

    @Test func narrowingRoundsToEven() {
        // Both neighbours of every boundary between halves, and the boundary itself.
        var values = values(3000, seed: 77)
        for pattern in stride(from: UInt16(0), to: 0x7C00, by: 7) {
            let half = Float16(bitPattern: pattern)
            let middle = (Float(half) + Float(half.nextUp == .infinity ? 65504 : half.nextUp)) / 2
            values += [middle, middle.nextUp, -middle.nextDown]
        }
        let expected = values.map { Float16($0) }
        for table in [best, portable] {
            var halves = [UInt16](repeating: 0, count: values.count)
            table.narrow_f16(values, &halves, values.count)
            for (index, half) in halves.enumerated() {
                let value = Float16(bitPattern: half)
                #expect(half == expected[index].bitPattern || value.isNaN && expected[index].isNaN)
            }
        }
    }
}
