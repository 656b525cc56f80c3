import NibbleKernels
import NibbleStatistics
import Testing

/// The figures of rows and groups, against those of the whole matrix.
@Suite struct PartFiguresTests {
    /// Groups hold every weight once: their errors, clips and extremes add up to the layer's, whatever the format.
    @Test(arguments: Matrices.encodings) func groupsAddUpToTheLayer(_ encoding: StorageEncoding) throws {
        let source = try Matrices.normal(rows: 3, columns: 256)
        let packed = try PackedMatrix.encode(source, encoding: encoding)
        let whole = try WeightStatistics.error(of: packed, against: source)
        for isByGroup in [true, false] {
            var (power, clips, count, largest) = (0.0, 0, 0, 0.0)
            for row in 0..<3 {
                for group in 0..<(isByGroup ? packed.layout.groupsPerRow : 1) {
                    let part = try WeightStatistics.figures(
                        of: packed, against: source, row: row, group: isByGroup ? group : nil)
                    power += part.error.meanSquaredError * Double(part.error.sampledCount)
                    clips += part.error.clippedCount
                    count += part.summary.count
                    largest = max(largest, part.error.maximumError)
                    #expect(part.error.isExact && part.summary.isExact)
                }
            }
            #expect(count == source.shape.elementCount && clips == whole.clippedCount)
            #expect(largest == whole.maximumError)
            let expected = whole.meanSquaredError * Double(count)
            #expect(abs(power - expected) <= 1e-9 * max(expected, 1e-12))
        }
    }

    @Test func rowsAndGroupsThatDoNotExistAreRefused() throws {
        let source = try Matrices.normal(rows: 2, columns: 64)
        let packed = try PackedMatrix.encode(
            source, encoding: StorageEncoding(format: "int4", granularity: .group(32)))
        for (row, group) in [(2, 0), (-1, 0), (0, 2), (0, -1)] {
            #expect(throws: KernelError.self) {
                try WeightStatistics.figures(of: packed, against: source, row: row, group: group)
            }
        }
    }
}
