/// The bytes of one packed matrix: row after row as they were encoded, or in the run-time layout that replaced them.
///
/// Copies of a matrix, and all operators that multiply it, share one. The layout is made when the matrix is first multiplied; memory
/// of the rows is then given back, and whoever wants a row again gets it rebuilt, bit for bit.
final class MatrixStorage: Sendable {
    /// Packed rows in memory.
    struct Rows: @unchecked Sendable {
        let base: UnsafeRawPointer
        let owner: AnyObject & Sendable
        /// Whether the bytes belong to a mapped file and cost no memory of their own.
        let isBorrowed: Bool
    }

    private struct State: Sendable {
        var rows: Rows?
        var tiles: InterleavedMatrix?
        /// Why there is no run-time layout, once that is decided.
        var problem: String?
    }

    private let state: Guarded<State>

    init(_ rows: Rows) { state = Guarded(State(rows: rows)) }

    /// The packed rows, if they are in memory.
    var rows: Rows? { state.withLock { $0.rows } }

    /// The run-time layout, if there is one.
    var tiles: InterleavedMatrix? { state.withLock { $0.tiles } }

    /// Why there is no run-time layout although the format has one; nil before the first product.
    var problem: String? { state.withLock { $0.problem } }

    /// Bytes of memory beyond mapped files.
    var residentByteCount: (rows: Bool, tiles: Int) {
        state.withLock { (($0.rows.map { !$0.isBorrowed }) ?? false, $0.tiles?.byteCount ?? 0) }
    }

    /// The run-time layout, made by `make` when asked for the first time.
    ///
    /// Others who ask meanwhile wait. A layout that can't be made is not tried again.
    func tiles(make: (Rows) throws(KernelError) -> InterleavedMatrix) -> InterleavedMatrix? {
        state.withLock { state -> InterleavedMatrix? in
            if let tiles = state.tiles { return tiles }
            guard state.problem == nil, let rows = state.rows else { return nil }
            do throws(KernelError) {
                let tiles = try make(rows)
                state.tiles = tiles
                if !rows.isBorrowed { state.rows = nil }
                return tiles
            } catch {
                state.problem = error.description
                return nil
            }
        }
    }
}
