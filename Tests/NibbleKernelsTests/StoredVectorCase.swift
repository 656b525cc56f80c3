import NibbleTestSupport

@testable import NibbleKernels

/// Vectors as a cache keeps them, and the numbers that they decode to.
func stored(
    _ numbers: [Float], headSize: Int, _ storage: VectorStorage, in owner: ByteStorage
) -> (vectors: StoredVectors, numbers: [Float]) {
    let count = numbers.count / headSize
    let vectors = StoredVectors(
        storage, capacity: count, headSize: headSize, start: owner.pointer.baseAddress!)
    var space = [Float](repeating: 0, count: numbers.count)
    let decoded = numbers.withUnsafeBufferPointer { numbers in
        for position in 0..<count {
            vectors.write(numbers.baseAddress! + position * headSize, position: position)
        }
        return space.withUnsafeMutableBufferPointer { space in
            let floats = vectors.floats(0..<count, in: space.baseAddress!)
            return Array(UnsafeBufferPointer(start: floats, count: numbers.count))
        }
    }
    return (vectors, decoded)
}
