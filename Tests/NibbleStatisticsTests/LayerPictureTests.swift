import NibbleKernels
import NibbleTestSupport
import Testing

@testable import NibbleStatistics

@Suite struct LayerPictureTests {
    @Test(arguments: Matrices.encodings)
    func everyWeightIsDrawnOnACommonAxis(_ encoding: StorageEncoding) throws {
        let source = try Matrices.normal(rows: 12, columns: 70)
        let packed = try PackedMatrix.encode(source, encoding: encoding)
        for mode in [LayerPicture.Mode.whole, .scaled, .row(5), .group(row: 3, group: 0)] {
            let picture = try LayerPicture.make(source: source, packed: packed, mode: mode, bins: 40)
            #expect(picture.mode == mode && picture.isExact)
            #expect(picture.original.lower == picture.quantized.lower)
            #expect(picture.original.upper == picture.quantized.upper)
            #expect(picture.original.counts.count == 40 && picture.quantized.counts.count == 40)
            #expect(picture.original.total == picture.quantized.total)
            if picture.axis == .value {
                #expect(picture.original.below + picture.original.above == 0)
                #expect(picture.quantized.below + picture.quantized.above == 0)
            }
            #expect(picture.levels == picture.levels.sorted())
        }
        let whole = try LayerPicture.make(source: source, packed: packed, bins: 40)
        #expect(whole.original.total == 840)
    }

    @Test(arguments: Matrices.encodings.filter { $0.granularity == .tensor })
    func countsGiveTheSamePicture(_ encoding: StorageEncoding) throws {
        let source = try Matrices.normal(rows: 24, columns: 50, storage: .f16, seed: 7)
        let packed = try PackedMatrix.encode(source, encoding: encoding)
        let profile = try WeightStatistics.profile(of: source)
        let direct = try LayerPicture.make(source: source, packed: packed, mode: .whole, bins: 33)
        let counted = try LayerPicture.make(
            source: source, packed: packed, mode: .whole, bins: 33, profile: profile)
        #expect(direct.levels == counted.levels && direct.clipLines == counted.clipLines)
        #expect(
            direct.quantized.lower == counted.quantized.lower
                && direct.quantized.upper == counted.quantized.upper)
        // A value on the edge of two bins may fall to either side, for the one counts in f32 and the other in
        // f64.
        let apart = zip(direct.original.counts, counted.original.counts).reduce(0) { $0 + abs($1.0 - $1.1) }
        #expect(apart <= 4 && direct.original.total == counted.original.total)
        #expect(direct.quantized.total == counted.quantized.total)
    }

    @Test func scaledPictureHasOneBarForEachCode() throws {
        let source = try Matrices.normal(rows: 16, columns: 64)
        let packed = try PackedMatrix.encode(
            source, encoding: StorageEncoding(format: "int3", granularity: .group(16)))
        let picture = try LayerPicture.make(source: source, packed: packed, mode: .scaled, bins: 900)
        var counts: [Int32: Int] = [:]
        for row in 0..<16 { for code in packed.codes(row: row) { counts[code, default: 0] += 1 } }
        for code in Int32(-3)...3 {
            let index = try #require(picture.quantized.index(of: Double(code)))
            #expect(picture.quantized.counts[index] == counts[code] ?? 0)
        }
        #expect(picture.levels == [-3, -2, -1, 0, 1, 2, 3] && picture.axis == .code)
        #expect(picture.clipLines == -3.0...3.0)
    }

    @Test func groupPictureShowsItsTrueGrid() throws {
        let source = try Matrices.normal(rows: 4, columns: 40)
        let packed = try PackedMatrix.encode(
            source, encoding: StorageEncoding(format: "int4-asym", granularity: .group(16)))
        let picture = try LayerPicture.make(
            source: source, packed: packed, mode: .group(row: 2, group: 2), bins: 20)
        let grid = try #require(packed.grid(row: 2, column: 32))
        #expect(picture.grid == grid && picture.levels.count == 16)
        #expect(picture.levels.first == Double(grid.lowest) && picture.levels.last == Double(grid.highest))
        #expect(picture.original.total == 8)
        let row = try LayerPicture.make(source: source, packed: packed, mode: .row(2), bins: 20)
        #expect(row.grid == nil && row.levels.isEmpty && row.original.total == 40)
    }

    @Test func missingRowsAndGroupsAreNamed() throws {
        let source = try Matrices.normal(rows: 4, columns: 40)
        let packed = try PackedMatrix.encode(source, encoding: StorageEncoding(format: "int4"))
        for mode in [LayerPicture.Mode.row(4), .row(-1), .group(row: 0, group: 1), .group(row: 9, group: 0)] {
            #expect(throws: KernelError.self) {
                try LayerPicture.make(source: source, packed: packed, mode: mode, bins: 20)
            }
        }
    }

    @Test func sampledPictureEstimatesTheWhole() throws {
        let source = try Matrices.normal(rows: 200, columns: 40)
        let packed = try PackedMatrix.encode(source, encoding: StorageEncoding(format: "int4"))
        let picture = try LayerPicture.make(source: source, packed: packed, bins: 20, sampleRows: 20)
        #expect(!picture.isExact && picture.original.weightsPerCount == 10)
        #expect(picture.quantized.estimatedCounts.reduce(0, +) == 8000)
    }

    @Test func firstLookIsMarkedAndHasTheTrueGrid() throws {
        let source = try Matrices.normal(rows: 400, columns: 40, storage: .bf16)
        let profile = try WeightStatistics.profile(of: source)
        for encoding in Matrices.encodings {
            let packed = try PackedMatrix.encode(source, encoding: encoding)
            let exact = try WeightStatistics.error(of: packed, against: source)
            let look = try WeightStatistics.firstLook(
                at: source, encoding: encoding, profile: profile, bins: 30, rows: 50)
            #expect(!look.error.isExact && look.error.sampledCount == 2000 && !look.picture.isExact)
            #expect(abs(look.error.bitsPerWeight - exact.bitsPerWeight) < 1e-12)
            #expect(look.picture.original.total == 16000 && look.picture.quantized.total == 2000)
            #expect(look.picture.quantized.weightsPerCount == 8)
            if encoding.granularity == .tensor, encoding.rangeRule == .minMax {
                #expect(look.error.step == exact.step && look.picture.grid == packed.grid(row: 0, column: 0))
            }
            if exact.step != nil, encoding.rangeRule == .minMax {
                #expect(abs(look.error.relativeError / exact.relativeError - 1) < 0.2)
            }
        }
        let whole = try WeightStatistics.firstLook(
            at: source, encoding: StorageEncoding(format: "int4"), isScaled: true, bins: 30, rows: 400)
        #expect(whole.error.isExact && whole.picture.isExact && whole.picture.axis == .code)
    }
}
