import NibbleKernels

/// The code of every distinct value of a matrix with one grid for the whole tensor.
///
/// Equal weights have equal codes there, so all figures follow from at most 65,536 values and their counts,
/// however large the layer. The codes come from the format's own encoder with the packed matrix's own scale.
struct ValueCodes {
    let distribution: ValueDistribution
    /// The code of each of the distribution's values.
    let codes: [Int32]
    let grid: CodeGrid
    private let packed: PackedMatrix
    /// What the format makes of NaN, +∞ and −∞.
    private let specialCodes: [Int32]

    /// Encodes the distinct values; nil if the values weren't all counted or rows have grids of their own.
    init?(_ distribution: ValueDistribution, reader: CodeReader) {
        let packed = reader.packed
        guard distribution.isExact, packed.encoding.granularity == .tensor, packed.shape.elementCount > 0,
            let grid = reader.grid(row: 0, group: 0)
        else { return nil }
        self.distribution = distribution
        self.grid = grid
        self.packed = packed
        let all = Self.codes(of: distribution.values + [.nan, .infinity, -.infinity], packed: packed)
        codes = Array(all.dropLast(3))
        specialCodes = Array(all.suffix(3))
    }

    /// Encodes values as rows of the packed matrix's own length, the last one filled with zeros.
    private static func codes(of values: [Float], packed: PackedMatrix) -> [Int32] {
        let columns = packed.shape.columns
        var row = [Float](repeating: 0, count: columns)
        var found = [Int32](repeating: 0, count: columns)
        var result: [Int32] = []
        result.reserveCapacity(values.count)
        let bytes = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(packed.layout.bytesPerRow, 1), alignment: 64)
        defer { bytes.deallocate() }
        let used = UnsafeMutableRawBufferPointer(rebasing: bytes[0..<packed.layout.bytesPerRow])
        for start in stride(from: 0, to: values.count, by: columns) {
            let count = min(columns, values.count - start)
            for offset in 0..<columns { row[offset] = offset < count ? values[start + offset] : 0 }
            used.initializeMemory(as: UInt8.self, repeating: 0)
            row.withUnsafeBufferPointer { packed.format.encode(row: $0, context: packed.context, into: used) }
            found.withUnsafeMutableBufferPointer {
                packed.format.codes(row: UnsafeRawBufferPointer(used), context: packed.context, into: $0)
            }
            result += found.prefix(count)
        }
        return result
    }

    /// How often each code occurs, from the lowest to the highest.
    var codeCounts: [Int] {
        var counts = [Int](repeating: 0, count: Int(grid.highestCode) - Int(grid.lowestCode) + 1)
        for (code, times) in zip(codes, distribution.counts) { counts[Int(code - grid.lowestCode)] += times }
        let special = [
            distribution.nanCount, distribution.positiveInfinityCount, distribution.negativeInfinityCount,
        ]
        for (code, times) in zip(specialCodes, special) { counts[Int(code - grid.lowestCode)] += times }
        return counts
    }

    /// The error of the whole matrix.
    func error() -> EncodingError {
        var sums = ErrorSums()
        sums.note(grid, count: packed.shape.elementCount)
        sums.nonFinite = distribution.nanCount + distribution.infiniteCount
        for (index, value) in distribution.values.enumerated() {
            sums.add(value, code: codes[index], grid: grid, times: distribution.counts[index])
        }
        return EncodingError(
            sums, rows: [], codeCounts: codeCounts, bitsPerWeight: packed.layout.bitsPerWeight,
            sampledRows: packed.shape.rows, shape: packed.shape)
    }
}
