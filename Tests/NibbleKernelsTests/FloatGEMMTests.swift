import NibbleTestSupport
import Testing

@testable import NibbleKernels

/// Products of floating-point matrices against sums in f64, in every order and storage.
@Suite struct FloatGEMMTests {
    private static let storages: [FloatMatrix.Storage] = [.f32, .f16, .bf16, .f64]

    /// Stored bytes of rows × columns numbers that every storage holds exactly.
    private func matrix(_ rows: Int, _ columns: Int, _ storage: FloatMatrix.Storage, seed: UInt64) throws
        -> FloatMatrix
    {
        let values = Samples.normal(rows * columns, seed: seed).map { ($0 * 16).rounded() / 16 }
        let bytes: [UInt8] = values.flatMap { value -> [UInt8] in
            switch storage {
            case .f32: withUnsafeBytes(of: value.bitPattern) { Array($0) }
            case .f16: withUnsafeBytes(of: Float16(value).bitPattern) { Array($0) }
            case .bf16: withUnsafeBytes(of: UInt16(value.bitPattern >> 16)) { Array($0) }
            case .f64: withUnsafeBytes(of: Double(value).bitPattern) { Array($0) }
            }
        }
        let owner = try ByteStorage(count: bytes.count, for: "A test's numbers")
        bytes.withUnsafeBytes { owner.pointer.copyMemory(from: $0) }
        return try FloatMatrix(
            shape: MatrixShape(rows: rows, columns: columns), storage: storage, bytes: owner.bytes,
            owner: owner)
    }

    private func number(_ operand: FloatGEMM.Operand, _ row: Int, _ column: Int) -> Double {
        Double(operand.isTransposed ? operand.matrix.row(column)[row] : operand.matrix.row(row)[column])
    }

    @Test(
        arguments: [(1, 1, 1), (5, 17, 3), (6, 16, 256), (13, 130, 257), (7, 3, 300)],
        [(false, false), (false, true), (true, false), (true, true)])
    func productsAreThoseOfTheNumbers(_ size: (m: Int, n: Int, k: Int), _ turned: (a: Bool, b: Bool)) throws {
        let (m, n, k) = size
        for (index, storage) in Self.storages.enumerated() {
            let left = try turned.a ? matrix(k, m, storage, seed: 1) : matrix(m, k, storage, seed: 1)
            let other = Self.storages[(index + 1) % Self.storages.count]
            let right = try turned.b ? matrix(n, k, other, seed: 2) : matrix(k, n, other, seed: 2)
            let a = turned.a ? FloatGEMM.Operand.transposed(left) : .plain(left)
            let b = turned.b ? FloatGEMM.Operand.transposed(right) : .plain(right)
            var results: [[UInt32]] = []
            for threads in [1, 3] {
                var output = [Float](repeating: .nan, count: m * n)
                var span = output.mutableSpan
                try FloatGEMM.multiply(a, b, into: &span, pool: WorkPool(threadCount: threads))
                results.append(output.map(\.bitPattern))
                for (row, column) in [(0, 0), (m - 1, n - 1), (m / 2, n / 2)] {
                    let products = (0..<k).map { number(a, row, $0) * number(b, $0, column) }
                    let limit = products.reduce(0) { $0 + $1.magnitude } * Double(k + 16) * 0x1p-24
                    #expect(abs(Double(output[row * n + column]) - products.reduce(0, +)) <= limit)
                }
            }
            #expect(results[0] == results[1])
        }
    }

    @Test func shapesMustFit() throws {
        let a = try matrix(2, 3, .f32, seed: 1)
        var output = [Float](repeating: 0, count: 4)
        var span = output.mutableSpan
        #expect(throws: KernelError.self) { try FloatGEMM.multiply(.plain(a), .plain(a), into: &span) }
        try FloatGEMM.multiply(.plain(a), .transposed(a), into: &span)
        let empty = try matrix(0, 3, .f32, seed: 1)
        var none: [Float] = []
        var nothing = none.mutableSpan
        try FloatGEMM.multiply(.plain(empty), .transposed(a), into: &nothing)
        none = []
    }

    /// No depth: all sums are empty.
    @Test func productsOverNothingAreZeros() throws {
        let (a, b) = (try matrix(2, 0, .f32, seed: 1), try matrix(0, 3, .f32, seed: 2))
        var output = [Float](repeating: 7, count: 6)
        var span = output.mutableSpan
        try FloatGEMM.multiply(.plain(a), .plain(b), into: &span)
        #expect(output == [0, 0, 0, 0, 0, 0])
    }
}
