import NibbleKernels
import NibbleTestSupport
import Testing

@testable import NibbleStatistics

@Suite struct ProfileTests {
    /// Figures computed plainly from the values as f64.
    struct Plain {
        let values: [Double]
        var mean: Double { values.reduce(0, +) / Double(values.count) }
        func moment(_ power: Int) -> Double {
            values.reduce(0) { sum, value in
                var product = 1.0
                for _ in 0..<power { product *= value - mean }
                return sum + product
            } / Double(values.count)
        }
        func quantile(_ share: Double) -> Double {
            let sorted = values.sorted()
            let position = share * Double(sorted.count - 1)
            let low = Int(position)
            let next = min(low + 1, sorted.count - 1)
            return sorted[low] + (sorted[next] - sorted[low]) * (position - Double(low))
        }
    }

    @Test(arguments: [FloatMatrix.Storage.f16, .bf16, .f32, .f64])
    func momentsEqualPlainSums(_ storage: FloatMatrix.Storage) throws {
        let matrix = try Matrices.normal(rows: 37, columns: 53, storage: storage)
        let values = (0..<37).flatMap { matrix.row($0) }.map(Double.init)
        let plain = Plain(values: values)
        let mean = plain.mean
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        let fourth =
            values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) * ($1 - mean) * ($1 - mean) }
            / Double(values.count)
        let summary = try WeightStatistics.profile(of: matrix).summary
        #expect(summary.count == values.count && summary.isExact)
        #expect(summary.minimum == values.min() && summary.maximum == values.max())
        #expect(abs(summary.mean - mean) < 1e-12)
        #expect(abs(summary.standardDeviation - variance.squareRoot()) < 1e-12)
        #expect(abs(summary.excessKurtosis - (fourth / variance / variance - 3)) < 1e-9)
        let outliers = values.count { abs($0 - mean) > 6 * variance.squareRoot() }
        #expect(summary.outlierCount == outliers && outliers > 0)
        let binWidth = storage.byteCount == 2 ? 0 : (summary.maximum - summary.minimum) / 65536
        for quantile in summary.quantiles {
            #expect(abs(quantile.value - plain.quantile(quantile.probability)) <= binWidth + 1e-12)
        }
    }

    @Test func offsetOfAThousandKeepsTheVariance() throws {
        var generator = SeededGenerator(seed: 4)
        let values = (0..<4096).map { _ in 1000 + generator.nextNormal() * 0.01 }
        let matrix = try FloatMatrix(shape: MatrixShape(rows: 64, columns: 64), values: values)
        let wide = values.map(Double.init)
        let mean = wide.reduce(0, +) / 4096
        let deviation = (wide.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4096).squareRoot()
        let summary = try WeightStatistics.profile(of: matrix).summary
        #expect(abs(summary.standardDeviation / deviation - 1) < 1e-9)
    }

    @Test(arguments: [FloatMatrix.Storage.f16, .bf16, .f32])
    func oddValuesAreCountedApart(_ storage: FloatMatrix.Storage) throws {
        let values: [Float] = [.nan, .infinity, -.infinity, .infinity, 0, -0.0, 1, -3]
        let matrix = try Matrices.matrix(rows: 2, columns: 4, storage: storage, values: values)
        let profile = try WeightStatistics.profile(of: matrix)
        #expect(profile.summary.nanCount == 1 && profile.summary.infiniteCount == 3)
        #expect(profile.summary.zeroCount == 2 && profile.distribution.finiteCount == 4)
        #expect(profile.summary.minimum == -3 && profile.summary.maximum == 1)
        #expect(profile.summary.mean == -0.5)
        #expect(profile.distribution.positiveInfinityCount == 2)
    }

    @Test func allNaNGivesNoFigures() throws {
        for storage in [FloatMatrix.Storage.f16, .f32] {
            let matrix = try Matrices.matrix(
                rows: 1, columns: 3, storage: storage, values: [.nan, .nan, .nan])
            let profile = try WeightStatistics.profile(of: matrix)
            #expect(profile.summary.quantiles.isEmpty && profile.summary.nanCount == 3)
            #expect(profile.distribution.quantile(0.5) == nil)
            #expect(profile.distribution.histogram(bins: 4).total == 0)
        }
    }

    @Test func countsAreExactAtAnyAddress() throws {
        var generator = SeededGenerator(seed: 9)
        let values = (0..<7 * 13).map { _ in Float(Int.random(in: -4...4, using: &generator)) / 4 }
        for offset in 0..<8 {
            let matrix = try Matrices.matrix(
                rows: 7, columns: 13, storage: .f16, values: values, offset: offset)
            let distribution = try WeightStatistics.profile(of: matrix).distribution
            for (value, count) in zip(distribution.values, distribution.counts) {
                #expect(count == values.count { $0 == value })
            }
            #expect(distribution.values == distribution.values.sorted() && distribution.finiteCount == 91)
            #expect(distribution.isExact)
        }
    }

    @Test func emptyMatrixHasNoFigures() throws {
        for storage in [FloatMatrix.Storage.f16, .f32] {
            let matrix = try Matrices.matrix(rows: 0, columns: 4, storage: storage, values: [])
            #expect(try WeightStatistics.profile(of: matrix).summary.count == 0)
        }
    }

    @Test func sampleIsMarkedAndItsIntervalHolds() throws {
        var held = 0
        for seed in 0..<40 {
            let matrix = try Matrices.normal(rows: 400, columns: 97, storage: .f16, seed: UInt64(seed))
            let exact = try WeightStatistics.profile(of: matrix).summary
            let sampled = try WeightStatistics.profile(of: matrix, sampleRows: 40).summary
            #expect(!sampled.isExact && sampled.sampledCount == 40 * 97 && sampled.sampledFraction == 0.1)
            let interval = try #require(sampled.outlierFractionInterval)
            #expect(interval.contains(sampled.outlierFraction))
            if interval.contains(exact.outlierFraction) { held += 1 }
            #expect(exact.outlierFractionInterval == nil)
        }
        #expect(held >= 36)
    }

    @Test func sampledRowsAreThoseOfTheMatrix() throws {
        let matrix = try Matrices.normal(rows: 100, columns: 8, storage: .bf16)
        let sample = try matrix.sample(rows: 10)
        let selection = RowSelection(total: 100, sampleRows: 10)
        #expect(sample.shape == MatrixShape(rows: 10, columns: 8) && sample.storage == .bf16)
        for position in 0..<10 { #expect(sample.row(position) == matrix.row(selection[position])) }
        #expect(Set((0..<10).map { selection[$0] }).count == 10)
        #expect(try matrix.sample(rows: 100).shape.rows == 100)
    }

    @Test func cancelledWorkStops() throws {
        let cancellation = Cancellation()
        cancellation.cancel()
        let matrix = try Matrices.normal(rows: 64, columns: 8)
        #expect(throws: KernelError.cancelled) {
            try WeightStatistics.profile(of: matrix, cancellation: cancellation)
        }
        let packed = try PackedMatrix.encode(matrix, encoding: StorageEncoding(format: "int4"))
        #expect(throws: KernelError.cancelled) {
            try WeightStatistics.error(of: packed, against: matrix, cancellation: cancellation)
        }
        #expect(throws: KernelError.cancelled) {
            try LayerPicture.make(source: matrix, packed: packed, bins: 8, cancellation: cancellation)
        }
    }
}

@Suite struct HistogramTests {
    @Test func binsHoldTheirLeftEdgeAndTheLastItsRight() {
        var histogram = Histogram(lower: 0, upper: 4, bins: 4)
        for value in [0.0, 0.999, 1, 2, 3.5, 4, -0.1, 4.1] { histogram.add(value) }
        #expect(histogram.counts == [2, 1, 1, 2] && histogram.below == 1 && histogram.above == 1)
        #expect(histogram.total == 8 && histogram.center(of: 1) == 1.5)
    }

    @Test func manyAtOnceEqualOneByOne() {
        var generator = SeededGenerator(seed: 2)
        let values = (0..<5000).map { _ in generator.nextNormal() } + [.nan, .infinity, -.infinity, 2, -2]
        var together = Histogram(lower: -2, upper: 2, bins: 64)
        values.withUnsafeBufferPointer { together.add($0) }
        var single = Histogram(lower: -2, upper: 2, bins: 64)
        for value in values where value.isFinite { single.add(Double(value)) }
        #expect(together == single)
    }

    @Test func rangeWithoutExtentIsWidened() {
        for value in [0.0, 5, -1e30] {
            var histogram = Histogram(lower: value, upper: value, bins: 3)
            histogram.add(value)
            #expect(histogram.counts.reduce(0, +) == 1 && histogram.binWidth > 0)
        }
        #expect(Histogram(lower: .nan, upper: .infinity, bins: 0).counts.count == 1)
    }
}

/// Figures of f32 values beside far outliers: equal bins between the extremes would hold all others in one.
@Suite struct OutlierQuantileTests {
    @Test(arguments: [1e2, 1e3, 1e4, 1e5, 1e9, 1e37] as [Float], [FloatMatrix.Storage.f32, .f64])
    func quantilesAreThoseOfTheNumbers(factor: Float, storage: FloatMatrix.Storage) throws {
        var generator = SeededGenerator(seed: 34)
        var values = (0..<256 * 512).map { index in
            generator.nextNormal() * 0.02 * (index % 512 == 7 ? factor : 1)
        }
        try check(values, storage)
        values = values.enumerated().map { $0.offset % 512 == 7 ? 0.01 : $0.element }
        values[3 * 512 + 3] = factor
        try check(values, storage)
        // Outliers beside outliers.
        values[77] = factor * factor < .infinity ? factor * factor : factor
        try check(values, storage)
    }

    private func check(_ values: [Float], _ storage: FloatMatrix.Storage) throws {
        let matrix = try Matrices.matrix(rows: 256, columns: 512, storage: storage, values: values)
        let profile = try WeightStatistics.profile(of: matrix)
        let sorted = values.sorted().map(Double.init)
        #expect(profile.distribution.finiteCount == values.count)
        #expect(profile.distribution.values == profile.distribution.values.sorted())
        for quantile in profile.summary.quantiles {
            // No bin that holds more than 1 ÷ 4096 of the values is left whole.
            let rank = quantile.probability * Double(values.count - 1)
            let slack = Double(values.count) / 4096 + 1
            let low = sorted[max(0, Int(rank - slack))]
            let high = sorted[min(sorted.count - 1, Int(rank + slack))]
            #expect((low...high).contains(quantile.value), "\(quantile), not \(low) to \(high)")
            guard (0.25...0.75).contains(quantile.probability) else { continue }
            #expect(abs(quantile.value - sorted[Int(rank.rounded())]) < 2e-5, "\(quantile)")
        }
        let histogram = profile.distribution.histogram(bins: 8, lower: -0.02, upper: 0.02)
        let edges = (0...8).map { -0.02 + Double($0) * 0.005 }
        for bin in 0..<8 {
            let right = values.count { Double($0) >= edges[bin] && Double($0) < edges[bin + 1] }
            #expect(abs(histogram.counts[bin] - right) < values.count / 500, "\(bin)")
        }
    }

    /// A value that stands many times is that value, not the middle of a bin.
    @Test func valuesThatStandOftenAreExact() throws {
        var values = [Float](repeating: 0.3, count: 1024) + [Float](repeating: 0, count: 1024)
        values[5] = 1e6
        let matrix = try Matrices.matrix(rows: 32, columns: 64, storage: .f32, values: values)
        let profile = try WeightStatistics.profile(of: matrix)
        #expect(
            profile.distribution.quantile(0.25) == 0
                && profile.distribution.quantile(0.75) == Double(Float(0.3)))
    }
}
