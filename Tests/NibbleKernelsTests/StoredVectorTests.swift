import Testing

@testable import NibbleKernels

/// Keys and values as caches keep them; a new storage is tested without an edit.
@Suite struct StoredVectorTests {
    @Test(arguments: VectorStorage.allCases, [16, 24, 64, 80])
    func storedVectorsAreNearWhatWasWritten(_ storage: VectorStorage, _ headSize: Int) {
        var numbers = Samples.normal(7 * headSize, seed: 12)
        numbers[2] = 1e9
        let owner = ByteStorage(count: 7 * storage.byteCount(headSize))
        let decoded = stored(numbers, headSize: headSize, storage, in: owner).numbers
        for (index, (number, result)) in zip(numbers, decoded).enumerated() {
            let block = index / headSize * headSize + index % headSize / 32 * 32
            let end = min(block + 32, (index / headSize + 1) * headSize)
            let largest = numbers[block..<end].reduce(0) { max($0, $1.magnitude) }
            let limit = storage.worstError(of: number, largest: largest)
            #expect(abs(result - number) <= limit)
            #expect(result.isFinite || limit == .infinity)
        }
    }

    @Test(arguments: VectorStorage.allCases)
    func blocksNearTheEndStayFiniteWhereCodesAreBytes(_ storage: VectorStorage) {
        let owner = ByteStorage(count: storage.byteCount(32))
        let numbers = [1e9] + [Float](repeating: 3, count: 31)
        let decoded = stored(numbers, headSize: 32, storage, in: owner).numbers
        // Only f16 has no number for 10⁹.
        #expect(decoded.allSatisfy(\.isFinite) || storage == .f16)
    }

    @Test(arguments: [16, 24]) func floatsAreKeptAndHalvesAreTheNearest(_ headSize: Int) {
        let numbers = Samples.normal(7 * headSize - 4, seed: 12) + [1e9, -65519, 65520, 1e-8]
        let owner = ByteStorage(count: 4 * numbers.count)
        #expect(stored(numbers, headSize: headSize, .f32, in: owner).numbers == numbers)
        let halves = stored(numbers, headSize: headSize, .f16, in: owner).numbers
        #expect(halves == numbers.map { Float(Float16($0)) })
    }

    @Test func storagesAreFoundByName() {
        for storage in VectorStorage.allCases {
            #expect(VectorStorage(rawValue: storage.rawValue) == storage && "\(storage)" == storage.rawValue)
        }
        #expect(VectorStorage(rawValue: "f8") == nil)
        #expect(Set(VectorStorage.allCases).count == VectorStorage.allCases.count)
    }
}
