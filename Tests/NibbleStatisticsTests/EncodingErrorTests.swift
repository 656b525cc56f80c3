import NibbleKernels
import NibbleTestSupport
import Testing

@testable import NibbleStatistics

@Suite struct EncodingErrorTests {
    /// The same figures computed plainly from decoded values and grids.
    struct Plain {
        var errorPower = 0.0
        var signalPower = 0.0
        var magnitude = 0.0
        var largest = 0.0
        var low = 0
        var high = 0
        var excess = 0.0
        var lost = 0.0
        var codes: [Int32: Int] = [:]

        init(_ packed: PackedMatrix, _ source: FloatMatrix) {
            for row in 0..<source.shape.rows {
                let (weights, values, codes) = (
                    source.row(row), packed.decode(row: row), packed.codes(row: row)
                )
                for column in weights.indices {
                    let (weight, value) = (Double(weights[column]), Double(values[column]))
                    self.codes[codes[column], default: 0] += 1
                    errorPower += (weight - value) * (weight - value)
                    signalPower += weight * weight
                    magnitude += abs(weight)
                    largest = max(largest, abs(weight - value))
                    guard let grid = packed.grid(row: row, column: column) else { continue }
                    count(weight, value, Double(abs(grid.scale)), grid.ends)
                }
            }
        }

        private mutating func count(
            _ weight: Double, _ value: Double, _ step: Double, _ ends: ClosedRange<Double>
        ) {
            guard step > 0 else { return }
            if value == ends.lowerBound, weight < value - step / 2 {
                low += 1
            } else if value == ends.upperBound, weight > value + step / 2 {
                high += 1
            } else {
                return
            }
            excess = max(excess, abs(weight - value))
            lost += abs(weight - value)
        }
    }

    @Test(arguments: Matrices.encodings)
    func figuresEqualPlainSums(_ encoding: StorageEncoding) throws {
        let source = try Matrices.normal(rows: 19, columns: 101, storage: .f32)
        let packed = try PackedMatrix.encode(source, encoding: encoding)
        let error = try WeightStatistics.error(of: packed, against: source)
        let plain = Plain(packed, source)
        func near(_ first: Double, _ second: Double) -> Bool {
            abs(first - second) <= 1e-12 * max(abs(first), abs(second))
        }
        #expect(near(error.meanSquaredError, plain.errorPower / 1919))
        #expect(near(error.relativeError, (plain.errorPower / plain.signalPower).squareRoot()))
        #expect(near(error.maximumError, plain.largest))
        #expect(error.clippedLow.count == plain.low && error.clippedHigh.count == plain.high)
        #expect(near(max(error.clippedLow.worstExcess, error.clippedHigh.worstExcess), plain.excess))
        #expect(near(error.clippedLow.mass + error.clippedHigh.mass, plain.lost / plain.magnitude))
        #expect(error.bitsPerWeight == packed.layout.bitsPerWeight && error.isExact)
        if packed.format.codeBits <= 16 {
            #expect(error.codesUsed == plain.codes.count)
            let available = try #require(error.codesAvailable)
            #expect(plain.codes.count <= available)
            let entropy = try #require(error.entropyBits)
            #expect(entropy >= 0 && entropy <= Double(packed.format.codeBits))
        } else {
            #expect(error.codesUsed == nil && error.entropyBits == nil)
        }
    }

    @Test(arguments: Matrices.encodings.filter { $0.granularity == .tensor })
    func countsGiveTheSameFigures(_ encoding: StorageEncoding) throws {
        for storage in [FloatMatrix.Storage.f16, .bf16] {
            let source = try Matrices.normal(rows: 31, columns: 67, storage: storage, seed: 3)
            let packed = try PackedMatrix.encode(source, encoding: encoding)
            let profile = try WeightStatistics.profile(of: source)
            let direct = try WeightStatistics.error(of: packed, against: source)
            let counted = try WeightStatistics.error(of: packed, against: source, profile: profile)
            func near(_ first: Double, _ second: Double) -> Bool {
                first == second || abs(first - second) <= 1e-12 * max(abs(first), abs(second))
            }
            #expect(near(direct.meanSquaredError, counted.meanSquaredError))
            #expect(near(direct.sqnrDecibel, counted.sqnrDecibel))
            #expect(direct.maximumError == counted.maximumError)
            #expect(direct.clippedLow.count == counted.clippedLow.count)
            #expect(direct.clippedHigh.count == counted.clippedHigh.count)
            #expect(direct.clippedHigh.worstExcess == counted.clippedHigh.worstExcess)
            #expect(near(direct.clippedLow.mass, counted.clippedLow.mass))
            #expect(direct.codesUsed == counted.codesUsed && direct.codesAvailable == counted.codesAvailable)
            #expect(direct.entropyBits == counted.entropyBits)
            #expect(direct.step.map(Float.init) == counted.step.map(Float.init))
            #expect(direct.stepRange == counted.stepRange)
        }
    }

    @Test func countsIncludeOddValues() throws {
        let values: [Float] = [.nan, .infinity, -.infinity, 0.5, -1, 0.25, 0, 1]
        let source = try Matrices.matrix(rows: 2, columns: 4, storage: .f16, values: values)
        let packed = try PackedMatrix.encode(
            source, encoding: StorageEncoding(format: "int8", granularity: .tensor))
        let direct = try WeightStatistics.error(of: packed, against: source)
        let profile = try WeightStatistics.profile(of: source)
        let counted = try WeightStatistics.error(of: packed, against: source, profile: profile)
        #expect(direct.nonFiniteCount == 3 && counted.nonFiniteCount == 3)
        #expect(direct.entropyBits == counted.entropyBits && direct.codesUsed == counted.codesUsed)
        #expect(direct.meanSquaredError == counted.meanSquaredError)
    }

    /// Figures worked out by hand.
    ///
    /// fixed4 with 2 fraction bits: values −2, −1.75 … 1.75. By hand: 3 → 1.75 (excess 1.25), −2.5 → −2
    /// (0.5), 1.875 → 1.75 (not clipped: half a step), the rest exact.
    @Test func handComputedFixedPoint() throws {
        let source = try FloatMatrix(
            shape: MatrixShape(rows: 2, columns: 4), values: [3, -2.5, 1.75, 0.25, -2, 0, 1, 1.875])
        let packed = try PackedMatrix.encode(
            source,
            encoding: StorageEncoding(format: "fixed4", granularity: .tensor, rangeRule: .fractionBits(2)))
        let error = try WeightStatistics.error(of: packed, against: source)
        let power = 1.25 * 1.25 + 0.5 * 0.5 + 0.125 * 0.125
        #expect(error.meanSquaredError == power / 8)
        #expect(error.clippedHigh.count == 1 && error.clippedHigh.worstExcess == 1.25)
        #expect(error.clippedLow.count == 1 && error.clippedLow.worstExcess == 0.5)
        #expect(error.clippedHigh.fraction == 0.125 && error.clippedFraction == 0.25)
        #expect(error.clippedHigh.mass == 1.25 / 12.375)
        #expect(error.step == 0.25 && error.codesAvailable == 16 && error.codesUsed == 5)
        // Eight codes of 4 bits, and 8 bits for the binary point.
        #expect(error.bitsPerWeight == 5)
        // Codes 7 ×3, −8 ×2, 1, 0, 4: −(3/8·log₂(3/8) + 2/8·log₂(2/8) + 3·1/8·log₂(1/8)).
        #expect(abs(error.entropyBits! - (0.375 * 1.415_037_499_278_844 + 0.5 + 1.125)) < 1e-12)
    }

    @Test func figuresFollowTheBytes() throws {
        let source = try Matrices.normal(rows: 8, columns: 32)
        let packed = try PackedMatrix.encode(
            source, encoding: StorageEncoding(format: "int4", granularity: .group(16)))
        let changed = packed.replacingCode(row: 3, column: 5, code: packed.codes(row: 3)[5] > 0 ? -7 : 7)
        let before = try WeightStatistics.error(of: packed, against: source)
        let after = try WeightStatistics.error(of: changed, against: source)
        let added = after.meanSquaredError - before.meanSquaredError
        let weight = Double(source.row(3)[5])
        let (old, new) = (Double(packed.decode(row: 3)[5]), Double(changed.decode(row: 3)[5]))
        let expected = ((weight - new) * (weight - new) - (weight - old) * (weight - old)) / 256
        #expect(abs(added - expected) < 1e-12 && expected > 0)
        let picture = try LayerPicture.make(source: source, packed: packed, mode: .row(3), bins: 400)
        let moved = try LayerPicture.make(source: source, packed: changed, mode: .row(3), bins: 400)
        #expect(picture.quantized != moved.quantized)
    }

    @Test func losslessFormatHasNoError() throws {
        let source = try Matrices.normal(rows: 4, columns: 16, storage: .f16)
        let packed = try PackedMatrix.encode(
            source, encoding: StorageEncoding(format: "f16", granularity: .fixed))
        let error = try WeightStatistics.error(of: packed, against: source)
        #expect(error.relativeError == 0 && error.sqnrDecibel == .infinity && error.maximumError == 0)
        #expect(error.step == nil && error.clippedCount == 0)
    }

    @Test func tooLargeForHalfIsClipped() throws {
        let source = try FloatMatrix(shape: MatrixShape(rows: 1, columns: 3), values: [1e6, -1e6, 1])
        let packed = try PackedMatrix.encode(
            source, encoding: StorageEncoding(format: "f16", granularity: .fixed))
        let error = try WeightStatistics.error(of: packed, against: source)
        #expect(error.clippedHigh.count == 1 && error.clippedLow.count == 1)
        #expect(error.clippedHigh.worstExcess == .infinity)
    }

    @Test func zerosGiveFiniteFigures() throws {
        let source = try FloatMatrix(
            shape: MatrixShape(rows: 2, columns: 32), values: Array(repeating: 0, count: 64))
        for format in FormatCatalogue.all {
            let packed = try PackedMatrix.encode(source, encoding: format.defaultEncoding)
            let error = try WeightStatistics.error(of: packed, against: source)
            #expect(error.relativeError == 0 && error.meanSquaredError == 0 && error.clippedCount == 0)
        }
    }

    @Test func sampledIntervalsHold() throws {
        var held = (error: 0, clip: 0)
        for seed in 0..<40 {
            let source = try Matrices.normal(rows: 300, columns: 64, storage: .f16, seed: UInt64(seed) + 100)
            let packed = try PackedMatrix.encode(
                source, encoding: StorageEncoding(format: "int4", rangeRule: .clip(0.5)))
            let exact = try WeightStatistics.error(of: packed, against: source)
            let sampled = try WeightStatistics.error(of: packed, against: source, sampleRows: 30)
            #expect(!sampled.isExact && sampled.sampledCount == 30 * 64)
            let interval = try #require(sampled.relativeErrorInterval)
            #expect(interval.contains(sampled.relativeError))
            if interval.contains(exact.relativeError) { held.error += 1 }
            let clips = try #require(sampled.clippedHigh.fractionInterval)
            if clips.contains(exact.clippedHigh.fraction) { held.clip += 1 }
            #expect(exact.relativeErrorInterval == nil && exact.clippedHigh.fractionInterval == nil)
        }
        #expect(held.error >= 34 && held.clip >= 34)
    }

    @Test func differentShapesAreRefused() throws {
        let source = try Matrices.normal(rows: 4, columns: 8)
        let other = try Matrices.normal(rows: 8, columns: 4)
        let packed = try PackedMatrix.encode(source, encoding: StorageEncoding(format: "int8"))
        #expect(throws: KernelError.self) { try WeightStatistics.error(of: packed, against: other) }
    }
}
