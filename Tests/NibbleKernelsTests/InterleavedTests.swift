import CNibbleKernels
import NibbleTestSupport
import Testing

@testable import NibbleKernels

/// The run-time layout: nothing is lost in it, and its loops compute what the sequential reference does.
@Suite struct InterleavedTests {
    static let cases = KernelCase.granularities.filter { (try? $0.format) is any InterleavedCoded }

    @Test(arguments: cases)
    func rowsAreRebuiltBitForBit(_ item: KernelCase) throws {
        for columns in [1, 40, 300] {
            let packed = try PackedMatrix.encode(
                Samples.matrix(19, columns, seed: 3), encoding: item.encoding)
            let (bytes, values) = (packed.packedBytes(), packed.decode(row: 18))
            _ = try packed.product(Samples.normal(columns, seed: 4), tokenCount: 1, .float)
            try #require(packed.storage.tiles != nil)
            #expect(packed.storage.rows == nil)
            #expect(packed.packedBytes() == bytes)
            #expect(packed.decode(row: 18) == values)
        }
    }

    @Test(arguments: cases)
    func productsEqualTheReference(_ item: KernelCase) throws {
        for scheme in ActivationCatalogue.all where scheme.isByteCoded {
            let arithmetic = Arithmetic(activation: scheme.name)
            for columns in [1, 33, 300] {
                let packed = try PackedMatrix.encode(
                    Samples.matrix(35, columns, seed: 5), encoding: item.encoding)
                let input = Samples.normal(6 * columns, seed: 6)
                let expected = try ReferenceMultiplication.multiply(
                    packed, activations: input, tokenCount: 6, arithmetic: arithmetic)
                for tokenCount in [1, 3, 5, 6] {
                    let (output, report) = try packed.product(
                        Array(input.prefix(tokenCount * columns)), tokenCount: tokenCount, arithmetic)
                    let wanted = expected.output.prefix(tokenCount * 35).map(\.bitPattern)
                    #expect(output.map(\.bitPattern) == wanted)
                    #expect(report.accumulatorOverflows.total == 35 * columns * tokenCount)
                }
                #expect(packed.storage.tiles != nil)
            }
        }
    }

    @Test(arguments: cases)
    func decodedProductsAreTheSameForFewAndManyTokens(_ item: KernelCase) throws {
        let columns = 300
        let packed = try PackedMatrix.encode(Samples.matrix(21, columns, seed: 7), encoding: item.encoding)
        let input = Samples.normal(8 * columns, seed: 8)
        let many = try packed.product(input, tokenCount: 8, .float).output
        for token in 0..<8 {
            let values = Array(input[token * columns..<(token + 1) * columns])
            let alone = try packed.product(values, tokenCount: 1, .float).output
            #expect(alone.map(\.bitPattern) == many[token * 21..<(token + 1) * 21].map(\.bitPattern))
            var sum: Float = 0
            for (weight, value) in zip(packed.decode(row: 20), values) { sum.addProduct(weight, value) }
            #expect(sum.bitPattern == alone[20].bitPattern)
        }
    }

    @Test func aChangedCodeIsMultiplied() throws {
        let encoding = StorageEncoding(format: "q4_0", granularity: .fixed)
        let arithmetic = Arithmetic(activation: "int8-block32")
        let packed = try PackedMatrix.encode(Samples.matrix(9, 64, seed: 9), encoding: encoding)
        let input = Samples.normal(64, seed: 10)
        let before = try packed.product(input, tokenCount: 1, arithmetic).output
        let code = packed.codes(row: 8)[40]
        let changed = packed.replacingCode(row: 8, column: 40, code: code > 0 ? code - 3 : code + 3)
        let after = try changed.product(input, tokenCount: 1, arithmetic).output
        #expect(before.prefix(8) == after.prefix(8) && before[8] != after[8])
    }

    @Test func memoryIsThatOfThePackedRows() throws {
        for item in Self.cases where item.encoding.format != "ternary" {
            let packed = try PackedMatrix.encode(Samples.matrix(256, 2048, seed: 11), encoding: item.encoding)
            _ = try packed.product(Samples.normal(2048, seed: 12), tokenCount: 1)
            let bits = Double(packed.residentByteCount) * 8 / (256 * 2048)
            #expect(bits <= 1.1 * packed.layout.bitsPerWeight + 0.07, "\(item.encoding)")
        }
    }
}

/// The best loops over the run-time layout against the portable ones.
@Suite struct InterleavedLoopTests {
    private let best = InnerLoops.interleaved.pointee
    private let portable = InnerLoops.portableInterleaved.pointee
    private let chunks = 5

    private func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    private func activationCodes(_ count: Int, seed: UInt64) -> [Int8] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { index in
            index % 7 == 0 ? (index % 2 == 0 ? 127 : -127) : Int8.random(in: -127...127, using: &generator)
        }
    }

    /// Calls `body` with the kinds of every width, with and without halves, and with levels.
    private func eachKind(_ body: (nibble_code_kind) -> Void) {
        let levels = (0..<16).map { Int8($0 * 17 - 128) }
        levels.withUnsafeBufferPointer { levels in
            for halves in [Int32(0), 1] {
                for bits in UInt32(2)...8 {
                    body(
                        nibble_code_kind(
                            bits: bits, offset: bits == 8 ? 0 : 3, levels: nil, has_halves: halves))
                }
                body(nibble_code_kind(bits: 4, offset: 0, levels: levels.baseAddress, has_halves: halves))
            }
        }
    }

    @Test(arguments: 2...8)
    func rowsComeOutAsTheyWentIn(_ bits: Int) {
        let mask = UInt8((1 << bits) - 1)
        for table in [best, portable] {
            var tile = [UInt8](repeating: 0, count: chunks * 32 * bits)
            let rows = (0..<8).map { lane in bytes(chunks * 32, seed: UInt64(lane)).map { $0 & mask } }
            for (lane, row) in rows.enumerated() { table.interleave(row, UInt32(bits), lane, chunks, &tile) }
            for (lane, row) in rows.enumerated() {
                var codes = [UInt8](repeating: 0, count: chunks * 32)
                table.extract(tile, UInt32(bits), lane, chunks, &codes)
                #expect(codes == row)
            }
        }
    }

    /// Every kind of factors with segments of one, several and all units: the same bits from both tables, whole sums exact.
    @Test func productsOfOneTokenAreEqual() {
        let codes = activationCodes(chunks * 32, seed: 2)
        let halves = Samples.normal(chunks * 96, seed: 7).map { Float16($0).bitPattern }
        let floats = Samples.normal(chunks * 64, seed: 8)
        // Powers of two up to 1 are numbers.
        let bytes = bytes(chunks * 512, seed: 1).map { $0 & 127 }
        eachKind { kind in
            let units = chunks * (kind.has_halves == 1 ? 2 : 1)
            let length = chunks * 32 / units
            let sums = (0..<units).map { unit in
                codes[unit * length..<(unit + 1) * length].reduce(Int32(0)) { $0 + Int32($1) }
            }
            eachFactors(halves, floats, bytes) { factors in
                for (tile, segment) in [
                    (bytes, 1), ([UInt8](repeating: 0x80, count: chunks * 512), 2), (bytes, units),
                ] {
                    let totals = [best, portable].map { table in
                        product(tile, kind, factors, segment, codes, sums, floats, table)
                    }
                    #expect(totals[0] == totals[1])
                    #expect(Set(totals[0]).count > 1)
                }
            }
        }
    }

    /// Four tiles, two steps and a chunk apart, then one: all within the same bytes.
    private func product(
        _ tile: [UInt8], _ kind: nibble_code_kind, _ factors: nibble_factors, _ unitsPerSegment: Int,
        _ codes: [Int8], _ sums: [Int32], _ scales: [Float], _ table: nibble_interleaved_table
    ) -> [UInt32] {
        var total = [Float](repeating: 7, count: 40)
        var factors = factors
        let products = zip(sums, scales).map { Float($0) * $1 }
        codes.withUnsafeBytes { codes in
            sums.withUnsafeBufferPointer { sums in
                scales.withUnsafeBufferPointer { scales in
                    products.withUnsafeBufferPointer { products in
                        var activations = nibble_activations(
                            codes: codes.baseAddress!, sums: sums.baseAddress!, scales: scales.baseAddress!,
                            products: products.baseAddress!)
                        let four = nibble_tile_places(tiles: 4, codes: 96, supers: 8, units: 16, totals: 8)
                        let one = nibble_tile_places(tiles: 1, codes: 0, supers: 0, units: 0, totals: 0)
                        total.withUnsafeMutableBufferPointer { total in
                            for (places, place) in [(four, 0), (one, 32)] {
                                table.multiply_tiles(
                                    tile, kind, &factors, places, &activations, chunks, unitsPerSegment,
                                    total.baseAddress! + place)
                            }
                        }
                    }
                }
            }
        }
        return total.map(\.bitPattern)
    }

    /// Calls `body` with each way to store factors; every array is long enough for all.
    private func eachFactors(
        _ halves: [UInt16], _ floats: [Float], _ bytes: [UInt8], _ body: (nibble_factors) -> Void
    ) {
        halves.withUnsafeBufferPointer { halves in
            floats.withUnsafeBytes { floats in
                bytes.withUnsafeBytes { raw in
                    let bytes = raw.bindMemory(to: UInt8.self).baseAddress!
                    let scales: [(nibble_scale_kind, UnsafeRawPointer)] = [
                        (NIBBLE_SCALE_F16, UnsafeRawPointer(halves.baseAddress!)),
                        (NIBBLE_SCALE_F32, floats.baseAddress!), (NIBBLE_SCALE_E8M0, raw.baseAddress!),
                    ]
                    for (kind, start) in scales {
                        for units in [NIBBLE_UNIT_NONE, NIBBLE_UNIT_I8, NIBBLE_UNIT_NIBBLES] {
                            for hasMinima in [false, true] {
                                for hasZeroPoints in [false, true] {
                                    body(
                                        nibble_factors(
                                            scale_kind: kind, unit_kind: units, units_per_super: 2,
                                            scales: start, scale_factor: 0.5,
                                            minima: hasMinima ? halves.baseAddress! : nil, unit_scales: bytes,
                                            unit_minima: bytes + 8,
                                            zero_points: hasZeroPoints ? bytes + 16 : nil,
                                            zero_point_offset: 5
                                        ))
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    @Test func unpackedCodesAndWeights() {
        eachKind { kind in
            let tile = bytes(chunks * 256, seed: 3)
            // Room for the tiles behind the first.
            let units = chunks * (kind.has_halves == 1 ? 2 : 1) + 4
            let scales = Samples.normal(units * 8, seed: 4)
            let zeroPoints = bytes(units * 8, seed: 5).map(Int32.init)
            var (one, two) = (
                [UInt8](repeating: 0, count: chunks * 256), [UInt8](repeating: 1, count: chunks * 256)
            )
            best.unpack_bytes(tile, kind.bits, chunks, &one)
            portable.unpack_bytes(tile, kind.bits, chunks, &two)
            #expect(one == two)
            for zero in [nil, zeroPoints] {
                let results = [best, portable].map { table -> ([Int16], [Float], [Float]) in
                    var words = [Int16](repeating: 0, count: chunks * 256)
                    var weights = [Float](repeating: 0, count: chunks * 512)
                    var total = [Float](repeating: 0.5, count: 32)
                    let values = Samples.normal(chunks * 32, seed: 6)
                    withOptional(zero) { zero in
                        table.unpack_words(tile, kind, zero, chunks, &words)
                        table.unpack_floats(tile, kind, scales, scales, zero, chunks, &weights)
                        for tiles in [1, 4] {
                            let strides = nibble_tile_strides(tiles: tiles, codes: 32, factors: 8)
                            table.add_float_units(
                                tile, kind, scales, nil, zero, strides, values, chunks - 1, &total)
                        }
                    }
                    return (words, weights, total)
                }
                #expect(results[0].0 == results[1].0)
                #expect(results[0].1 == results[1].1)
                #expect(results[0].2 == results[1].2)
            }
        }
    }

    private func withOptional(_ values: [Int32]?, _ body: (UnsafePointer<Int32>?) -> Void) {
        if let values { values.withUnsafeBufferPointer { body($0.baseAddress) } } else { body(nil) }
    }

    @Test func factors() {
        let (halves, singles) = (bytes(2 * 64, seed: 7), Samples.normal(64, seed: 8))
        let factors = bytes(8 * 16, seed: 9)
        let finite = halves.enumerated().map { $0.offset % 2 == 1 ? $0.element & 0xBB : $0.element }
        for scaleKind in [NIBBLE_SCALE_F16, NIBBLE_SCALE_F32, NIBBLE_SCALE_E8M0] {
            for unitKind in [NIBBLE_UNIT_NONE, NIBBLE_UNIT_I8, NIBBLE_UNIT_NIBBLES] {
                guard unitKind == NIBBLE_UNIT_NONE || scaleKind == NIBBLE_SCALE_F16 else { continue }
                for hasMinima in [false, true] {
                    let results = [best, portable].map { table -> [UInt32] in
                        var scales = [Float](repeating: 0, count: 13 * 8)
                        var minima = [Float](repeating: 0, count: 13 * 8)
                        finite.withUnsafeBytes { halves in
                            singles.withUnsafeBytes { singles in
                                let source = scaleKind == NIBBLE_SCALE_F16 ? halves : singles
                                var all = nibble_factors(
                                    scale_kind: scaleKind, unit_kind: unitKind, units_per_super: 3,
                                    scales: source.baseAddress!, scale_factor: 0.25,
                                    minima: hasMinima
                                        ? halves.baseAddress!.assumingMemoryBound(to: UInt16.self) : nil,
                                    unit_scales: nil, unit_minima: nil, zero_points: nil, zero_point_offset: 0
                                )
                                factors.withUnsafeBufferPointer { factors in
                                    (all.unit_scales, all.unit_minima) = (
                                        factors.baseAddress, factors.baseAddress
                                    )
                                    if hasMinima {
                                        table.expand_factors(&all, 2, 13, &scales, &minima)
                                    } else {
                                        table.expand_factors(&all, 2, 13, &scales, nil)
                                    }
                                }
                            }
                        }
                        return (scales + minima).map(\.bitPattern)
                    }
                    #expect(results[0] == results[1])
                }
            }
        }
    }

    @Test func transposition() {
        for columns in [1, 7, 8, 29] {
            let rows = Samples.normal(8 * 40, seed: 10)
            let results = [best, portable].map { table -> [Float] in
                var weights = [Float](repeating: 0, count: 40 * 16)
                table.transpose_floats(rows, 40, columns, &weights)
                return weights
            }
            #expect(results[0] == results[1])
        }
    }
}
