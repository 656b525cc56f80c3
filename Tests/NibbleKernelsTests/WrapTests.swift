import NibbleTestSupport
import Testing

@testable import NibbleKernels

/// Rows of files that are multiplied where they lie.
@Suite struct WrapTests {
    @Test(arguments: FormatCatalogue.all.filter { $0.family == .gguf }.map(\.name))
    func wrappedBytesAreTheMatrixTheyWereMadeOf(_ name: String) throws {
        let format = try FormatCatalogue.format(named: name)
        let packed = try PackedMatrix.encode(
            Samples.matrix(5, 512, seed: 3), encoding: format.defaultEncoding)
        // One byte further: files align tensors, but not to what a vector would like.
        let storage = ByteStorage(copying: [0] + packed.packedBytes())
        let bytes = UnsafeRawBufferPointer(rebasing: storage.bytes[1...])
        let wrapped = try PackedMatrix.wrapping(
            format: name, shape: packed.shape, bytes: bytes, owner: storage)
        #expect(wrapped.isBorrowed && wrapped.residentByteCount == 0)
        for row in 0..<5 { #expect(wrapped.decode(row: row) == packed.decode(row: row)) }
        let input = Samples.normal(512, seed: 4)
        #expect(
            try wrapped.product(input, tokenCount: 1).output == packed.product(input, tokenCount: 1).output)
    }

    @Test func whatDoesNotFitIsRefused() throws {
        let storage = ByteStorage(count: 36)
        func wrap(_ name: String, _ rows: Int, _ columns: Int) throws(KernelError) -> PackedMatrix {
            try PackedMatrix.wrapping(
                format: name, shape: MatrixShape(rows: rows, columns: columns), bytes: storage.bytes,
                owner: storage)
        }
        #expect(try wrap("q4_0", 2, 32).shape.rows == 2)
        for (name, rows, columns) in [("q4_0", 2, 33), ("q4_0", 3, 32), ("q4_0", .max, 32), ("q4_0", -1, 32)]
        {
            let error = #expect(throws: KernelError.self) { try wrap(name, rows, columns) }
            #expect(error?.description.hasSuffix(".") == true)
        }
        #expect(throws: KernelError.self) { try wrap("int8", 1, 36) }
        #expect(throws: KernelError.self) { try wrap("nvfp4", 1, 64) }
        #expect(throws: KernelError.self) { try wrap("q9_9", 1, 36) }
    }

    @Test func emptyMatricesAreWrapped() throws {
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        let packed = try PackedMatrix.wrapping(
            format: "q4_0", shape: MatrixShape(rows: 0, columns: 32), bytes: none,
            owner: ByteStorage(count: 0))
        #expect(packed.packedBytes().isEmpty)
    }
}
