import Testing

@testable import NibbleKernels

@Suite struct WorkTests {
    @Test(arguments: [1, 2, 7], [0, 1, 2, 100, 1001])
    func everyIndexRunsOnce(_ threads: Int, _ count: Int) {
        let calls = Guarded([Int](repeating: 0, count: count))
        WorkPool(threadCount: threads).run(count: count) { index in calls.withLock { $0[index] += 1 } }
        #expect(calls.withLock { $0 } == [Int](repeating: 1, count: count))
        let rows = Guarded([Int]())
        WorkPool(threadCount: threads).runRanges(total: count, minimumLength: 3) { range in
            rows.withLock { $0 += Array(range) }
        }
        #expect(rows.withLock { $0.sorted() } == Array(0..<count))
    }

    @Test func threadsAreAtLeastOne() {
        #expect(WorkPool(threadCount: -3).threadCount == 1 && WorkPool.shared.threadCount >= 1)
    }

    @Test func progressReachesOne() throws {
        let shares = Guarded([Double]())
        _ = try PackedMatrix.encode(
            Samples.matrix(100, 8, seed: 1), encoding: StorageEncoding(format: "int4")
        ) {
            share in shares.withLock { $0.append(share) }
        }
        #expect(shares.withLock { $0.max() } == 1)
        #expect(shares.withLock { $0.allSatisfy { $0 > 0 && $0 <= 1 } })
    }

    @Test func cancelledEncodingThrows() throws {
        let cancellation = Cancellation()
        let source = try Samples.matrix(400, 8, seed: 1)
        // Raised from the first progress call, with rows still to do.
        #expect(throws: KernelError.cancelled) {
            try PackedMatrix.encode(
                source, encoding: StorageEncoding(format: "int4"), cancellation: cancellation,
                progress: { _ in cancellation.cancel() })
        }
        let tensor = StorageEncoding(format: "int4", granularity: .tensor)
        #expect(throws: KernelError.cancelled) {
            try PackedMatrix.encode(source, encoding: tensor, cancellation: cancellation)
        }
    }

    @Test(arguments: [FloatMatrix.Storage.f64, .f32, .f16, .bf16])
    func storedNumbersAreReadAtAnyAddress(_ storage: FloatMatrix.Storage) throws {
        let owner = ByteStorage(count: 2 * 3 * storage.byteCount + 1)
        let bytes = UnsafeRawBufferPointer(rebasing: owner.bytes[1...])
        for index in 0..<6 {
            let offset = 1 + index * storage.byteCount
            let value = Double(index) - 2.5
            switch storage {
            case .f64: owner.pointer.storeBytes(of: value, toByteOffset: offset, as: Double.self)
            case .f32: owner.pointer.storeBytes(of: Float(value), toByteOffset: offset, as: Float.self)
            case .f16: owner.pointer.storeHalf(Float(value), toByteOffset: offset)
            case .bf16:
                let bits = FloatFormat.bfloat16(Float(value))
                owner.pointer.storeBytes(of: bits, toByteOffset: offset, as: UInt16.self)
            }
        }
        let matrix = try FloatMatrix(
            shape: MatrixShape(rows: 2, columns: 3), storage: storage, bytes: bytes, owner: owner)
        #expect(matrix.row(0) == [-2.5, -1.5, -0.5] && matrix.row(1) == [0.5, 1.5, 2.5])
    }
}
