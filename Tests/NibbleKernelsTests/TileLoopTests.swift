import CNibbleKernels
import NibbleTestSupport
import Testing

@testable import NibbleKernels

/// The loops over many tokens and those that quantize them: every table that this processor runs against the plain one, bit for
/// bit.
@Suite struct TileLoopTests {
    /// The plain one last.
    private let tables = (0..<3).compactMap { nibble_interleaved_kernels_at($0)?.pointee }
    private let chunks = 3
    private let pairs = 2
    private let tokenCount = 8

    private var stride: Int { chunks * 32 + 32 }

    private func bytes(_ count: Int, below limit: Int, seed: UInt64) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        // Many of the largest code, which would overflow 16 bits first.
        return (0..<count).map { index in
            index % 3 == 0 ? UInt8(limit - 1) : UInt8(Int.random(in: 0..<limit, using: &generator))
        }
    }

    private func activationCodes(seed: UInt64) -> [Int8] {
        var generator = SeededGenerator(seed: seed)
        return (0..<tokenCount * stride).map { index in
            index / 40 % 2 == 0
                ? (index / 80 % 2 == 0 ? 127 : -127) : Int8.random(in: -127...127, using: &generator)
        }
    }

    @Test(arguments: 2...8, [false, true])
    func panelsAreEqual(_ bits: Int, _ hasHalves: Bool) {
        let units = chunks * (hasHalves ? 2 : 1)
        let kind = nibble_code_kind(
            bits: UInt32(bits), offset: bits == 8 ? 0 : 3, levels: nil, has_halves: hasHalves ? 1 : 0)
        let codes = bytes(2 * pairs * chunks * 256, below: 1 << min(bits, 7), seed: UInt64(bits))
        let words = codes.map { Int16($0) - 64 }
        let activations = activationCodes(seed: 9)
        let scales = Samples.normal(2 * pairs * units * 8, seed: 4)
        for hasMinima in [false, true] {
            let totals = tables.map { table in
                run(kind, units, activations.map(Int16.init), activations, scales, hasMinima) {
                    panel, tokens, totals in
                    if bits < 8 {
                        codes.withUnsafeBytes {
                            panel.codes = $0.baseAddress!
                            panel.tile_bytes = chunks * 256
                            table.tile_bytes(&panel, kind, &tokens, totals)
                        }
                    } else {
                        words.withUnsafeBytes {
                            panel.codes = $0.baseAddress!
                            panel.tile_bytes = chunks * 512
                            table.tile_words(&panel, kind, &tokens, totals)
                        }
                    }
                }
            }
            for other in totals { #expect(other == totals.last) }
            #expect(Set(totals[0]).count > totals[0].count / 2)
        }
    }

    /// Unit after unit, and as whole sums that end once; the twelve tokens of the widest loop, and fewer.
    @Test(arguments: [(1, 4), (2, 8), (3, 12), (5, 16), (1, 24)], [false, true])
    func movedPanelsAreEqual(_ size: (pairs: Int, tokens: Int), _ hasHalves: Bool) {
        let units = chunks * (hasHalves ? 2 : 1)
        let levels = (0..<16).map { Int8($0 * 17 - 128) }
        levels.withUnsafeBufferPointer { levels in
            for (bits, offset, table) in [
                (8, 0, nil), (4, 8, nil), (6, 32, nil), (4, 0, levels.baseAddress),
            ] as [(UInt32, Int32, UnsafePointer<Int8>?)] {
                let kind = nibble_code_kind(
                    bits: bits, offset: offset, levels: table, has_halves: hasHalves ? 1 : 0)
                let panel = MovedPanel(kind, pairs: size.pairs, tokens: size.tokens, chunks: chunks)
                for hasMinima in [false, true] {
                    let results = tables.filter { $0.tile_moved != nil }.map {
                        panel.results($0, units: units, hasMinima: hasMinima)
                    }
                    for other in results {
                        #expect(other.codes == results.last?.codes)
                        #expect(other.whole == results.last?.whole)
                        #expect(other.totals == results.last?.totals)
                    }
                    #expect(Set(results[0].totals).count > results[0].totals.count / 2)
                }
            }
        }
    }

    /// Every count of tokens up to two of the widest loops, into totals that lie apart, with and without their end.
    @Test(arguments: 1...25) func tilesOfFloatsAreEqual(_ tokens: Int) {
        let (columns, pairs) = (29, tokens % 4 + 1)
        let apart = 16 * pairs + 3
        let weights = Samples.normal(columns * 16 * pairs, seed: 10)
        var values = Samples.normal(tokens * 40, seed: 11)
        values[3] = .infinity
        let bias = Samples.normal(16 * pairs, seed: 12)
        for (replaces, isEnd) in [(0, false), (1, true)] as [(Int32, Bool)] {
            let results = tables.map { table -> ([UInt32], Int) in
                var totals = [Float](repeating: 0.25, count: tokens * apart)
                let strange = totals.withTotals(apart, replaces, isEnd ? bias : nil) { totals in
                    weights.withUnsafeBufferPointer { weights in
                        var panel = nibble_float_panel(
                            weights: weights.baseAddress!, column_stride: 16, pair_stride: columns * 16,
                            pairs: pairs, columns: columns, next: weights.baseAddress!, next_stride: 64,
                            next_rows: 3, next_bytes: 64)
                        table.multiply_floats(&panel, values, 40, tokens, totals)
                    }
                }
                // What lies between the tokens' totals stays.
                #expect(totals[16 * pairs] == 0.25)
                return (totals.map { $0.isNaN ? 0x7FC0_0000 : $0.bitPattern }, strange)
            }
            for other in results { #expect(other == results[results.count - 1]) }
            #expect(results[0].1 == (isEnd ? 16 * pairs : 0))
        }
    }

    /// Signed bytes as they lie, sums over whole rows: against the plain table, and one sum by hand.
    @Test(arguments: [(1, 1), (2, 4), (3, 12), (4, 13), (5, 23)])
    func rowsOfBytesAreEqual(_ size: (pairs: Int, tokens: Int)) {
        var generator = SeededGenerator(seed: 3)
        let codes = (0..<2 * size.pairs * chunks * 256).map { index in
            index / 200 % 2 == 0 ? 0x80 : UInt8.random(in: 0...255, using: &generator)
        }
        let activations = (0..<size.tokens * stride).map { index in
            index / 60 % 2 == 0 ? 127 : Int8.random(in: -127...127, using: &generator)
        }
        let sums = (0..<size.tokens).map { token in
            activations[token * stride..<token * stride + 32 * chunks].reduce(Int32(0)) { $0 + Int32($1) }
        }
        let scales = Samples.normal(16 * size.pairs, seed: 4)
        let factors = Samples.normal(size.tokens * chunks, seed: 5)
        let bias = Samples.normal(16 * size.pairs, seed: 6)
        let apart = 16 * size.pairs + 3
        let results = tables.filter { $0.multiply_rows != nil }.map { table -> [Float] in
            var totals = [Float](repeating: 0.25, count: size.tokens * apart)
            let strange = totals.withTotals(apart, 1, bias) { totals in
                codes.withUnsafeBufferPointer { codes in
                    activations.withUnsafeBytes { activations in
                        scales.withUnsafeBufferPointer { scales in
                            sums.withUnsafeBufferPointer { sums in
                                factors.withUnsafeBufferPointer { factors in
                                    var tokens = nibble_tokens(
                                        first: nibble_activations(
                                            codes: activations.baseAddress!, sums: sums.baseAddress!,
                                            scales: factors.baseAddress!, products: factors.baseAddress!),
                                        code_stride: stride, unit_stride: chunks, count: size.tokens)
                                    var rows = nibble_byte_rows(
                                        codes: codes.baseAddress!, tile_bytes: chunks * 256,
                                        scales: scales.baseAddress!, pairs: size.pairs, chunks: chunks,
                                        token_sums: sums.baseAddress!)
                                    table.multiply_rows?(&rows, &tokens, totals)
                                }
                            }
                        }
                    }
                }
            }
            #expect(strange == 0 && totals[16 * size.pairs] == 0.25)
            return totals
        }
        for other in results { #expect(other == results[results.count - 1]) }
        // Row 9 of the first pair: the second row of its second tile.
        let last = size.tokens - 1
        let sum = (0..<32 * chunks).reduce(Int32(0)) { sum, column in
            let code = Int8(bitPattern: codes[chunks * 256 + column / 4 * 32 + 4 + column % 4])
            return sum + Int32(code) * Int32(activations[last * stride + column])
        }
        #expect(results[0][last * apart + 9] == Float(sum) * (scales[9] * factors[last * chunks]) + bias[9])
    }

    /// The bits of all totals after `body`, which gets a panel and tokens to put codes into.
    private func run(
        _ kind: nibble_code_kind, _ units: Int, _ words: [Int16], _ codes: [Int8], _ scales: [Float],
        _ hasMinima: Bool,
        _ body: (inout nibble_panel, inout nibble_tokens, UnsafeMutablePointer<Float>) -> Void
    ) -> [UInt32] {
        let factors = Samples.normal(tokenCount * units, seed: 5)
        let length = chunks * 32 / units
        let sums = (0..<tokenCount * units).map { place in
            let start = place / units * stride + place % units * length
            return codes[start..<start + length].reduce(Int32(0)) { $0 + Int32($1) }
        }
        let products = zip(sums, factors).map { Float($0) * $1 }
        var totals = [Float](repeating: 0.25, count: pairs * tokenCount * 16)
        codes.withUnsafeBytes { codes in
            words.withUnsafeBytes { words in
                sums.withUnsafeBufferPointer { sums in
                    factors.withUnsafeBufferPointer { factors in
                        products.withUnsafeBufferPointer { products in
                            scales.withUnsafeBufferPointer { scales in
                                let isBytes = kind.bits < 8
                                var tokens = nibble_tokens(
                                    first: nibble_activations(
                                        codes: isBytes ? codes.baseAddress! : words.baseAddress!,
                                        sums: sums.baseAddress!, scales: factors.baseAddress!,
                                        products: products.baseAddress!),
                                    code_stride: isBytes ? stride : 2 * stride, unit_stride: units,
                                    count: tokenCount)
                                var panel = nibble_panel(
                                    codes: codes.baseAddress!, tile_bytes: 0, scales: scales.baseAddress!,
                                    minima: hasMinima ? scales.baseAddress! : nil, tile_factors: units * 8,
                                    pairs: pairs, chunks: chunks)
                                totals.withUnsafeMutableBufferPointer {
                                    body(&panel, &tokens, $0.baseAddress!)
                                }
                            }
                        }
                    }
                }
            }
        }
        return totals.map(\.bitPattern)
    }

    @Test(arguments: [0, 1, 31, 32, 33, 90, 96], [16, 32])
    func tokensAreQuantizedAlike(_ count: Int, _ unitLength: Int) throws {
        var values = Samples.normal(max(count, 1), seed: UInt64(count)).map { $0 * 3 }
        if count > 60 {
            values[3] = .nan
            values[40] = .infinity
            values[41] = -.infinity
            for column in 64..<count { values[column] = column % 2 == 0 ? 1e-39 : -0.0 }
        }
        let units = chunks * 32 / unitLength
        let results = tables.map { table -> (Int, [Int8], [Int32], [UInt32], [UInt32]) in
            var codes = [Int8](repeating: 99, count: chunks * 32)
            var sums = [Int32](repeating: 99, count: units)
            var scales = [Float](repeating: 99, count: units)
            var products = [Float](repeating: 99, count: units)
            let strange = codes.withUnsafeMutableBufferPointer { codes in
                sums.withUnsafeMutableBufferPointer { sums in
                    scales.withUnsafeMutableBufferPointer { scales in
                        products.withUnsafeMutableBufferPointer { products in
                            table.quantize_blocks(
                                values, count, chunks, unitLength,
                                nibble_token_target(
                                    codes: codes.baseAddress!, sums: sums.baseAddress!,
                                    scales: scales.baseAddress!, products: products.baseAddress!))
                        }
                    }
                }
            }
            return (strange, codes, sums, scales.map(\.bitPattern), products.map(\.bitPattern))
        }
        for other in results { #expect(other == results[0]) }
        #expect(results[0].0 == (count > 60 ? 3 : 0))
        try expectCodesOfScheme(results[0].1, values: Array(values.prefix(count)))
        for unit in 0..<units {
            let sum = results[0].1[unit * unitLength..<(unit + 1) * unitLength].reduce(Int32(0)) {
                $0 + Int32($1)
            }
            #expect(results[0].2[unit] == sum)
        }
    }

    /// One scale for a token: the codes, scale and counts of the scheme's own way through 16 bits.
    @Test(arguments: [1, 31, 32, 33, 90, 96], [16, 32])
    func wholeTokensAreQuantizedAlike(_ count: Int, _ unitLength: Int) {
        var values = Samples.normal(count, seed: UInt64(count)).map { $0 * 3 }
        if count > 60 { (values[3], values[40], values[41]) = (.nan, .infinity, -.infinity) }
        for values in [values, [Float](repeating: 1e-39, count: count)] {
            var report = KernelReport()
            let token = QuantizedToken(values, scheme: Int8Activations(blockSize: nil), report: &report)
            for table in tables {
                let units = chunks * 32 / unitLength
                var (codes, sums) = (
                    [Int8](repeating: 99, count: chunks * 32), [Int32](repeating: 9, count: units)
                )
                var (scales, products) = (
                    [Float](repeating: 9, count: units), [Float](repeating: 9, count: units)
                )
                let strange = codes.withUnsafeMutableBufferPointer { codes in
                    sums.withUnsafeMutableBufferPointer { sums in
                        scales.withUnsafeMutableBufferPointer { scales in
                            products.withUnsafeMutableBufferPointer { products in
                                table.quantize_token(
                                    values, count, chunks, unitLength,
                                    nibble_token_target(
                                        codes: codes.baseAddress!, sums: sums.baseAddress!,
                                        scales: scales.baseAddress!, products: products.baseAddress!))
                            }
                        }
                    }
                }
                #expect(strange == report.nonFiniteValues.count)
                #expect(codes.prefix(count).map(Int16.init) == token.codes)
                #expect(codes.dropFirst(count).allSatisfy { $0 == 0 })
                #expect(scales.allSatisfy { $0 == token.scales[0] })
                for unit in 0..<units {
                    let sum = codes[unit * unitLength..<(unit + 1) * unitLength].reduce(0) { $0 + Int32($1) }
                    #expect(sums[unit] == sum && products[unit] == Float(sum) * scales[unit])
                }
            }
        }
    }

    /// The scheme's own codes, one value after the other.
    private func expectCodesOfScheme(_ codes: [Int8], values: [Float]) throws {
        var report = KernelReport()
        let token = QuantizedToken(values, scheme: Int8Activations(blockSize: 32), report: &report)
        #expect(codes.prefix(values.count).map(Int16.init) == Array(token.codes.prefix(values.count)))
        #expect(codes.dropFirst(values.count).allSatisfy { $0 == 0 })
    }

    @Test func scalesBeyondHalfPrecisionAreLeftToTheScheme() {
        let values = [Float](repeating: 1e9, count: 32)
        for table in tables {
            var (codes, sums, scales, products) = (
                [Int8](repeating: 0, count: 32), [Int32](repeating: 0, count: 2),
                [Float](repeating: 0, count: 2), [Float](repeating: 0, count: 2)
            )
            let answer = codes.withUnsafeMutableBufferPointer { codes in
                sums.withUnsafeMutableBufferPointer { sums in
                    scales.withUnsafeMutableBufferPointer { scales in
                        products.withUnsafeMutableBufferPointer { products in
                            table.quantize_blocks(
                                values, 32, 1, 32,
                                nibble_token_target(
                                    codes: codes.baseAddress!, sums: sums.baseAddress!,
                                    scales: scales.baseAddress!, products: products.baseAddress!))
                        }
                    }
                }
            }
            #expect(answer == -1)
        }
    }
}

extension [Float] {
    /// Calls `body` with these numbers as the totals of a product; returns how many it counted as NaN or infinite.
    fileprivate mutating func withTotals(
        _ tokenStride: Int, _ replaces: Int32, _ bias: [Float]?, _ body: (nibble_float_totals) -> Void
    ) -> Int {
        var strange = 0
        withUnsafeMutableBufferPointer { numbers in
            withUnsafeMutablePointer(to: &strange) { strange in
                var totals = nibble_float_totals(
                    start: numbers.baseAddress!, token_stride: tokenStride, pair_stride: 16,
                    replaces: replaces, bias: nil, strange: nil)
                guard let bias else { return body(totals) }
                bias.withUnsafeBufferPointer {
                    (totals.bias, totals.strange) = ($0.baseAddress, strange)
                    body(totals)
                }
            }
        }
        return strange
    }
}
