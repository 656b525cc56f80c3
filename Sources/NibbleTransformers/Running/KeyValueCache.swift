import Foundation
import NibbleKernels

/// What one attention keeps of a position.
public struct KeyValueShape: Hashable, Sendable {
    /// Heads of keys and values.
    public let headCount: Int
    /// Channels of a head.
    public let headSize: Int

    /// Bytes of keys and values for `capacity` positions; `Int.max` if that is beyond counting.
    public func byteCount(capacity: Int, storage: VectorStorage) -> Int {
        // A head of more channels than memory has bytes is beyond counting, too.
        guard headSize < Int.max / 64 else { return .max }
        // Keys and values.
        return [headCount, capacity, storage.byteCount(headSize)].reduce(2) { product, factor in
            let (next, overflows) = product.multipliedReportingOverflow(by: factor)
            return overflows ? .max : next
        }
    }
}

/// Keys and values of one attention for all positions so far: for each head, position after position.
final class KeyValueCache: @unchecked Sendable {
    private let capacity: Int
    private let storage: VectorStorage
    private let shape: KeyValueShape
    private let memory: UnsafeMutableRawPointer

    /// Memory is taken from the system page by page as positions are written.
    ///
    /// - Throws: ``TransformerError/notRunnable(_:)`` if the system refuses that much memory.
    init(
        _ shape: KeyValueShape, capacity: Int, storage: VectorStorage
    ) throws(TransformerError) {
        self.capacity = capacity
        self.storage = storage
        self.shape = shape
        let byteCount = shape.byteCount(capacity: capacity, storage: storage)
        // `allocate(capacity:)` would end the process where malloc answers with nil.
        guard byteCount < Int.max, let memory = malloc(max(byteCount, 1)) else {
            throw .notRunnable(
                "A context of \(capacity) tokens needs \(byteCount) bytes for keys and values of one block, more than "
                    + "the system gives: choose a shorter context.")
        }
        self.memory = memory
    }

    deinit { free(memory) }

    /// Bytes of all attentions' keys and values; `Int.max` if that is beyond counting.
    static func byteCount(
        _ shapes: [KeyValueShape], capacity: Int, storage: VectorStorage = .f32
    ) -> Int {
        shapes.reduce(0) { sum, shape in
            let (total, overflows) = sum.addingReportingOverflow(
                shape.byteCount(capacity: capacity, storage: storage))
            return overflows ? .max : total
        }
    }

    /// The keys of one head.
    func keys(head: Int) -> StoredVectors { vectors(head) }

    /// The values of one head.
    func values(head: Int) -> StoredVectors { vectors(shape.headCount + head) }

    private func vectors(_ index: Int) -> StoredVectors {
        StoredVectors(
            storage, capacity: capacity, headSize: shape.headSize,
            start: memory + index * capacity * storage.byteCount(shape.headSize))
    }
}
