/// Keys and values of all positions so far, in f32: for each block and key-value head, position after position.
final class KeyValueCache {
    /// Positions that fit.
    let capacity: Int
    private let headSize: Int
    private let headCount: Int
    private let storage: UnsafeMutableBufferPointer<Float>

    /// Memory is taken from the system page by page as positions are written.
    init(_ configuration: ModelConfiguration, capacity: Int) {
        self.capacity = capacity
        headSize = configuration.headSize
        headCount = configuration.keyValueHeadCount
        let count = Self.byteCount(configuration, capacity: capacity) / MemoryLayout<Float>.stride
        storage = .allocate(capacity: max(count, 1))
    }

    deinit { storage.deallocate() }

    /// Bytes for `capacity` positions.
    static func byteCount(_ configuration: ModelConfiguration, capacity: Int) -> Int {
        2 * configuration.layerCount * configuration.keyValueHeadCount * capacity * configuration.headSize * 4
    }

    /// The keys of one head of one block: capacity × head size.
    func keys(block: Int, head: Int) -> UnsafeMutablePointer<Float> { slice(2 * block, head) }

    /// The values of one head of one block: capacity × head size.
    func values(block: Int, head: Int) -> UnsafeMutablePointer<Float> { slice(2 * block + 1, head) }

    private func slice(_ half: Int, _ head: Int) -> UnsafeMutablePointer<Float> {
        storage.baseAddress! + (half * headCount + head) * capacity * headSize
    }
}
