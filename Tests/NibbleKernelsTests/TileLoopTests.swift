import CNibbleKernels
import NibbleTestSupport
import Testing

@testable import NibbleKernels

/// The loops over many tokens and the one that quantizes them: the best table against the plain one, bit for bit.
@Suite struct TileLoopTests {
    private let best = nibble_interleaved_kernels().pointee
    private let portable = nibble_portable_interleaved_kernels().pointee
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
            let totals = [best, portable].map { table in
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
            #expect(totals[0] == totals[1])
            #expect(Set(totals[0]).count > totals[0].count / 2)
        }
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
        let results = [best, portable].map { table -> (Int, [Int8], [Int32], [UInt32], [UInt32]) in
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
        #expect(results[0] == results[1])
        #expect(results[0].0 == (count > 60 ? 3 : 0))
        try expectCodesOfScheme(results[0].1, values: Array(values.prefix(count)))
        for unit in 0..<units {
            let sum = results[0].1[unit * unitLength..<(unit + 1) * unitLength].reduce(Int32(0)) {
                $0 + Int32($1)
            }
            #expect(results[0].2[unit] == sum)
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
        for table in [best, portable] {
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
