import CNibbleKernels
import NibbleTestSupport

@testable import NibbleKernels

/// Pairs of tiles and tokens of codes at random, for the loops over numbers that are moved by 128.
struct MovedPanel {
    let kind: nibble_code_kind
    let pairs: Int
    let tokens: Int
    let chunks: Int
    private let tiles: [UInt8]
    private let activations: [Int8]

    init(_ kind: nibble_code_kind, pairs: Int, tokens: Int, chunks: Int) {
        (self.kind, self.pairs, self.tokens, self.chunks) = (kind, pairs, tokens, chunks)
        var generator = SeededGenerator(seed: UInt64(kind.bits))
        tiles = (0..<2 * pairs * chunks * 32 * Int(kind.bits)).map { index in
            index / 200 % 2 == 0 ? 0x80 : UInt8.random(in: 0...255, using: &generator)
        }
        activations = (0..<tokens * (chunks * 32 + 32)).map { index in
            index / 60 % 2 == 0
                ? (index / 120 % 2 == 0 ? 127 : -127) : .random(in: -127...127, using: &generator)
        }
    }

    /// What a table unpacks, whole sums, and totals of both ways to sum up.
    struct Results {
        var codes: [UInt8]
        var whole: [Int32]
        var totals: [UInt32]
    }

    func results(_ table: nibble_interleaved_table, units: Int, hasMinima: Bool) -> Results {
        var codes = [UInt8](repeating: 0, count: 2 * pairs * chunks * 256)
        for tile in 0..<2 * pairs {
            codes.withUnsafeMutableBufferPointer { codes in
                tiles.withUnsafeBufferPointer { tiles in
                    table.unpack_moved?(
                        tiles.baseAddress! + tile * chunks * 32 * Int(kind.bits), kind, chunks,
                        codes.baseAddress! + tile / 2 * chunks * 512 + tile % 2 * 32)
                }
            }
        }
        let scales = Samples.normal(2 * pairs * units * 8, seed: 4)
        let factors = Samples.normal(tokens * units, seed: 5)
        let (stride, length) = (chunks * 32 + 32, chunks * 32 / units)
        let sums = (0..<tokens * units).map { place in
            let start = place / units * stride + place % units * length
            return activations[start..<start + length].reduce(Int32(0)) { $0 + Int32($1) }
        }
        let products = zip(sums, factors).map { Float($0) * $1 }
        var whole = [Int32](repeating: 3, count: pairs * tokens * 16)
        var totals = [Float](repeating: 0.25, count: pairs * tokens * 16)
        let before = codes.withUnsafeBytes { codes in
            activations.withUnsafeBytes { activations in
                scales.withUnsafeBufferPointer { scales in
                    sums.withUnsafeBufferPointer { sums in
                        factors.withUnsafeBufferPointer { factors in
                            products.withUnsafeBufferPointer { products in
                                var all = nibble_tokens(
                                    first: nibble_activations(
                                        codes: activations.baseAddress!, sums: sums.baseAddress!,
                                        scales: factors.baseAddress!, products: products.baseAddress!),
                                    code_stride: stride, unit_stride: units, count: tokens)
                                var panel = nibble_panel(
                                    codes: codes.baseAddress!, tile_bytes: chunks * 256,
                                    scales: scales.baseAddress!,
                                    minima: hasMinima ? scales.baseAddress! : nil, tile_factors: units * 8,
                                    pairs: pairs, chunks: chunks)
                                table.tile_moved?(&panel, kind, &all, &totals)
                                table.tile_moved_whole?(&panel, kind, &all, &whole)
                                let before = whole
                                table.end_whole(&panel, &all, &whole, &totals)
                                return before
                            }
                        }
                    }
                }
            }
        }
        return Results(codes: codes, whole: before + whole, totals: totals.map(\.bitPattern))
    }
}
