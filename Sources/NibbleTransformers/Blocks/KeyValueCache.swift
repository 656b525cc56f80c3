import Foundation
import NibbleKernels

/// Keys and values of all positions so far: for each block and key-value head, position after position.
final class KeyValueCache {
    /// Positions that fit.
    let capacity: Int
    private let storage: VectorStorage
    private let headSize: Int
    private let headCount: Int
    private let memory: UnsafeMutableRawPointer

    /// Memory is taken from the system page by page as positions are written.
    ///
    /// - Throws: ``TransformerError/notRunnable(_:)`` if the system refuses that much memory.
    init(
        _ configuration: ModelConfiguration, capacity: Int, storage: VectorStorage = .f32
    ) throws(TransformerError) {
        self.capacity = capacity
        self.storage = storage
        headSize = configuration.headSize
        headCount = configuration.keyValueHeadCount
        let byteCount = Self.byteCount(configuration, capacity: capacity, storage: storage)
        // `allocate(capacity:)` would end the process where malloc answers with nil.
        guard byteCount < Int.max, let memory = malloc(max(byteCount, 1)) else {
            throw .notRunnable(
                "A context of \(capacity) tokens needs \(byteCount) bytes for keys and values, more than the system "
                    + "gives: choose a shorter context.")
        }
        self.memory = memory
    }

    deinit { free(memory) }

    /// Bytes for `capacity` positions; `Int.max` if that is beyond counting.
    static func byteCount(
        _ configuration: ModelConfiguration, capacity: Int, storage: VectorStorage = .f32
    ) -> Int {
        // A head of more channels than memory has bytes is beyond counting, too.
        guard configuration.headSize < Int.max / 64 else { return .max }
        let factors = [
            configuration.layerCount, configuration.keyValueHeadCount, capacity,
            storage.byteCount(configuration.headSize),
        ]
        return factors.reduce(2) { product, factor in
            let (next, overflows) = product.multipliedReportingOverflow(by: factor)
            return overflows ? .max : next
        }
    }

    /// The keys of one head of one block.
    func keys(block: Int, head: Int) -> StoredVectors { vectors(2 * block, head) }

    /// The values of one head of one block.
    func values(block: Int, head: Int) -> StoredVectors { vectors(2 * block + 1, head) }

    private func vectors(_ half: Int, _ head: Int) -> StoredVectors {
        let place = (half * headCount + head) * capacity * storage.byteCount(headSize)
        return StoredVectors(storage, capacity: capacity, headSize: headSize, start: memory + place)
    }
}
