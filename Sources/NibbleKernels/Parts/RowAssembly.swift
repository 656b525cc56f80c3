import Synchronization

/// Rows that are put together from parts by several threads.
struct RowAssembly: Sendable {
    let format: any PartedFormat
    let context: RowContext
    let storage: ByteStorage

    private struct Failure: Sendable {
        let row: Int
        let error: KernelError
    }

    /// Asks for the parts of each row, checks them, and joins them.
    func run(
        _ pool: WorkPool, _ cancellation: Cancellation, _ progress: (@Sendable (Double) -> Void)?,
        _ row: @Sendable (Int, inout RowParts) throws(KernelError) -> Void
    ) throws(KernelError) {
        let failure = Guarded<Failure?>(nil)
        let done = Atomic<Int>(0)
        let rowCount = context.layout.shape.rows
        pool.runRanges(total: rowCount, minimumLength: 4) { rows in
            // Rows before one that is wrong are tried all the same, so that the first that is wrong is named.
            let isLater = failure.withLock { $0.map { $0.row < rows.lowerBound } ?? false }
            guard !cancellation.isCancelled, !isLater else { return }
            if let found = assemble(rows, row) {
                failure.withLock { if found.row < $0?.row ?? .max { $0 = found } }
            }
            let total = done.add(rows.count, ordering: .relaxed).newValue
            progress?(Double(total) / Double(rowCount))
        }
        if let failure = failure.withLock({ $0 }) { throw failure.error }
        try cancellation.check()
    }

    private func assemble(
        _ rows: Range<Int>, _ fill: (Int, inout RowParts) throws(KernelError) -> Void
    ) -> Failure? {
        let layout = format.partsLayout(context)
        let zeros = RowParts(layout)
        let bytesPerRow = context.layout.bytesPerRow
        for row in rows {
            var parts = zeros
            do throws(KernelError) {
                try fill(row, &parts)
                try format.check(parts, layout, row: row)
            } catch {
                return Failure(row: row, error: error)
            }
            let bytes = storage.pointer[row * bytesPerRow..<(row + 1) * bytesPerRow]
            format.join(
                parts, context: context.at(row: row), into: UnsafeMutableRawBufferPointer(rebasing: bytes))
        }
        return nil
    }
}
