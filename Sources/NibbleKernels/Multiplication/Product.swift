import CNibbleKernels

/// One product under way: where numbers come from and go to.
struct Product: @unchecked Sendable {
    let matrix: PackedMatrix
    let loops: ProductLoops
    /// Added to every token's product; nil for nothing.
    let bias: [Float]?
    let input: UnsafeBufferPointer<Float>
    let output: UnsafeMutableBufferPointer<Float>
    let tokenCount: Int
    let pool: WorkPool

    /// Tokens from which on unpacked panels are worth their making.
    static let tiledTokens = 4

    private var columns: Int { matrix.shape.columns }
    private var rows: Int { matrix.shape.rows }
    /// Rows worth waking another thread for: about 2¹⁶ multiplications.
    private var rowsPerChunk: Int { max(8, (1 << 16) / max(columns * tokenCount, 1)) }

    /// Computes the product and counts what happened on the way.
    func run() -> KernelReport {
        guard rows > 0, columns > 0, tokenCount > 0 else {
            return loops.scheme.codeBits == nil ? float(storedNumbers: nil) : integer()
        }
        return loops.scheme.roundsFloats ? rounded() : multiply()
    }

    /// Runs the loops of the ``ProductPath``; without the run-time layout where memory is short.
    private func multiply() -> KernelReport {
        let tiles = loops.interleaving.flatMap { matrix.runtimeLayout($0, pool: pool) }
        let path = loops.path(tokenCount: tokenCount, hasLayout: tiles != nil)
        switch (path.arithmetic, path.source) {
        case (.float, .panels), (.float, .tiles): return float(tiles)
        case (.float, .stored): return float(storedNumbers: matrix.storedNumbers)
        case (.float, .rows): return float(storedNumbers: nil)
        case (.integer, _):
            guard let tiles, let length = loops.segmentLength else { return integer() }
            return bytes(tiles, segmentLength: length)
        }
    }

    /// The product of the activations as the scheme rounds them.
    private func rounded() -> KernelReport {
        let rounded = UnsafeMutableBufferPointer<Float>.allocate(capacity: input.count)
        defer { rounded.deallocate() }
        rounded.initialize(repeating: 0)
        var report = KernelReport()
        for token in 0..<tokenCount {
            let range = token * columns..<(token + 1) * columns
            loops.scheme.round(
                UnsafeBufferPointer(rebasing: input[range]),
                into: UnsafeMutableBufferPointer(rebasing: rounded[range]), report: &report)
        }
        let product = Product(
            matrix: matrix, loops: loops, bias: bias, input: UnsafeBufferPointer(rounded), output: output,
            tokenCount: tokenCount, pool: pool)
        report.add(product.multiply())
        return report
    }

    /// The product of f32 activations by the run-time layout, or in panels of decoded rows.
    private func float(_ tiles: InterleavedMatrix?) -> KernelReport {
        var report = KernelReport()
        countNonFinite(input, &report)
        if tokenCount >= FloatTiles.tokensTogether {
            let strange = FloatTiles(
                matrix: matrix, tiles: tiles, bias: bias, input: input, output: output,
                tokenCount: tokenCount, pool: pool
            ).run()
            report.nonFiniteValues.add(count: strange, total: output.count)
            return report
        }
        if let tiles {
            let chunks = tiles.shape.chunks
            withUnsafeTemporaryAllocation(of: Float.self, capacity: tokenCount * chunks * 32) { padded in
                padded.initialize(repeating: 0)
                guard let target = padded.baseAddress, let source = input.baseAddress else { return }
                for token in 0..<tokenCount {
                    (target + token * chunks * 32).update(from: source + token * columns, count: columns)
                }
                InterleavedProduct(tiles: tiles, output: output, tokenCount: tokenCount, pool: pool)
                    .float(.init(start: UnsafePointer(target)))
            }
        }
        finish(&report)
        return report
    }

    /// The product of codes within ±127 by the run-time layout; no sum can overflow.
    private func bytes(_ tiles: InterleavedMatrix, segmentLength: Int) -> KernelReport {
        var report = KernelReport()
        let unitLength = tiles.interleaving.unitLength
        let units = tiles.shape.chunks * 32 / unitLength
        let unitsPerSegment = max(min((segmentLength + unitLength - 1) / unitLength, units), 1)
        let isTiled = tokenCount >= Self.tiledTokens
        let activations = ByteActivations(
            input, tokenCount: tokenCount, columns: columns, unitLength: unitLength, scheme: loops.scheme,
            needsWords: isTiled
                && TiledProduct.form(tiles, unitsPerSegment: unitsPerSegment) == .words,
            pool: pool, report: &report)
        report.accumulatorOverflows.total = rows * columns * tokenCount
        if isTiled {
            let strange = TiledProduct(
                tiles: tiles, activations: activations, bias: bias, output: output, tokenCount: tokenCount,
                unitsPerSegment: unitsPerSegment, pool: pool
            ).run()
            report.nonFiniteValues.add(count: strange, total: output.count)
        } else {
            InterleavedProduct(tiles: tiles, output: output, tokenCount: tokenCount, pool: pool)
                .integer(activations, unitsPerSegment: unitsPerSegment)
            finish(&report)
        }
        return report
    }

    /// Multiplies each row, read where it lies or decoded once, with every token.
    private func float(storedNumbers stored: StoredNumbers?) -> KernelReport {
        var report = KernelReport()
        countNonFinite(input, &report)
        pool.runRanges(total: rows, minimumLength: rowsPerChunk) { range in
            if let stored { return multiply(stored, rows: range) }
            withUnsafeTemporaryAllocation(of: Float.self, capacity: max(4 * columns, 1)) { weights in
                for first in stride(from: range.lowerBound, to: range.upperBound, by: 4) {
                    multiply(rows: first..<min(first + 4, range.upperBound), decodedInto: weights)
                }
            }
        }
        finish(&report)
        return report
    }

    /// Rows of floating-point numbers with every token, read where they lie.
    private func multiply(_ stored: StoredNumbers, rows range: Range<Int>) {
        guard let start = input.baseAddress, let target = output.baseAddress else { return }
        let base = stored.base + range.lowerBound * matrix.layout.bytesPerRow
        for token in 0..<tokenCount {
            InnerLoops.best.pointee.dot_stored_rows(
                stored.kind, base, range.count, start + token * columns, columns,
                target + token * rows + range.lowerBound)
        }
    }

    /// Up to four rows with every token, three tokens at a time.
    private func multiply(rows range: Range<Int>, decodedInto weights: UnsafeMutableBufferPointer<Float>) {
        for (place, row) in range.enumerated() {
            let space = weights[place * columns..<(place + 1) * columns]
            matrix.decode(row: row, into: UnsafeMutableBufferPointer(rebasing: space))
        }
        let kernels = InnerLoops.best
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 12) { sums in
            sums.initialize(repeating: 0)
            for token in stride(from: 0, to: tokenCount, by: 3) {
                let count = min(3, tokenCount - token)
                if columns > 0, let first = weights.baseAddress, let start = input.baseAddress,
                    let target = sums.baseAddress
                {
                    kernels.pointee.dot_tile_f32(
                        first, range.count, start + token * columns, count, columns, target)
                }
                for offset in 0..<count {
                    for (place, row) in range.enumerated() {
                        output[(token + offset) * rows + row] = sums[4 * offset + place]
                    }
                }
            }
        }
    }

    /// Sums products of codes in whole numbers.
    private func integer() -> KernelReport {
        guard let format = matrix.format as? any IntegerCoded else { return float(storedNumbers: nil) }
        let scheme = loops.scheme
        var report = KernelReport()
        let segments = Segments(
            columns: columns, groupSize: matrix.layout.groupSize, blockSize: scheme.blockSize ?? columns)
        let outliers = scheme.outlierThreshold.map {
            OutlierColumns(input, tokenCount: tokenCount, threshold: $0)
        }
        let tokens = QuantizedActivations(
            input, tokenCount: tokenCount, segments: segments, scheme: scheme,
            outliers: outliers?.columns ?? [],
            report: &report)
        IntegerProduct(
            matrix: matrix, format: format, segments: segments, tokens: tokens, tokenCount: tokenCount,
            accumulator: loops.accumulator, pool: pool
        ).run(&report) { row, index, token, sums in
            output[token * rows + index] = row.scaled(sums, tokens, token: token)
        }
        outliers?.addProducts(of: matrix, input, to: output, tokenCount: tokenCount, pool: pool)
        finish(&report)
        return report
    }

    /// Counts what is not finite among the outputs, and adds the bias.
    private func finish(_ report: inout KernelReport) {
        let together = max(1, (1 << 15) / max(rows, 1))
        let counts = pool.map(count: (tokenCount + together - 1) / together) { part in
            output.finish(
                rows: 0..<rows, of: rows, tokens: part * together..<min((part + 1) * together, tokenCount),
                bias: bias)
        }
        report.nonFiniteValues.add(count: counts.reduce(0, +), total: output.count)
    }

    private func countNonFinite(_ values: UnsafeBufferPointer<Float>, _ report: inout KernelReport) {
        let part = 1 << 16
        let values = Values(buffer: values)
        let reports = pool.map(count: (values.buffer.count + part - 1) / part) { index in
            var report = KernelReport()
            let range = index * part..<min((index + 1) * part, values.buffer.count)
            _ = values.buffer.largestFiniteMagnitude(in: range, report: &report)
            return report
        }
        for part in reports { report.add(part) }
    }

    private struct Values: @unchecked Sendable { let buffer: UnsafeBufferPointer<Float> }
}
