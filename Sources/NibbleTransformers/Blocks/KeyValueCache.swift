import Foundation

/// Keys and values of all positions so far, in f32: for each block and key-value head, position after position.
final class KeyValueCache {
    /// Positions that fit.
    let capacity: Int
    private let headSize: Int
    private let headCount: Int
    private let storage: UnsafeMutableBufferPointer<Float>

    /// Memory is taken from the system page by page as positions are written.
    ///
    /// - Throws: ``TransformerError/notRunnable(_:)`` if the system refuses that much memory.
    init(_ configuration: ModelConfiguration, capacity: Int) throws(TransformerError) {
        self.capacity = capacity
        headSize = configuration.headSize
        headCount = configuration.keyValueHeadCount
        let byteCount = Self.byteCount(configuration, capacity: capacity)
        // `allocate(capacity:)` would end the process where malloc answers with nil.
        guard byteCount < Int.max, let memory = malloc(max(byteCount, 1)) else {
            throw .notRunnable(
                "A context of \(capacity) tokens needs \(byteCount) bytes for keys and values, more than the system "
                    + "gives: choose a shorter context.")
        }
        let count = byteCount / MemoryLayout<Float>.stride
        storage = UnsafeMutableBufferPointer(
            start: memory.bindMemory(to: Float.self, capacity: count), count: count)
    }

    deinit { free(storage.baseAddress) }

    /// Bytes for `capacity` positions; `Int.max` if that is beyond counting.
    static func byteCount(_ configuration: ModelConfiguration, capacity: Int) -> Int {
        let factors = [
            configuration.layerCount, configuration.keyValueHeadCount, capacity, configuration.headSize,
        ]
        return factors.reduce(2 * MemoryLayout<Float>.stride) { product, factor in
            let (next, overflows) = product.multipliedReportingOverflow(by: factor)
            return overflows ? .max : next
        }
    }

    /// The keys of one head of one block: capacity × head size.
    func keys(block: Int, head: Int) -> UnsafeMutablePointer<Float> { slice(2 * block, head) }

    /// The values of one head of one block: capacity × head size.
    func values(block: Int, head: Int) -> UnsafeMutablePointer<Float> { slice(2 * block + 1, head) }

    private func slice(_ half: Int, _ head: Int) -> UnsafeMutablePointer<Float> {
        storage.baseAddress! + (half * headCount + head) * capacity * headSize
    }
}
