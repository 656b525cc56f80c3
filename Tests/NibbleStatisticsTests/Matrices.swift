import NibbleKernels
import NibbleTestSupport

/// Matrices and settings for the tests.
enum Matrices {
    /// Memory that stays where it is for as long as the tests run.
    final class Memory: @unchecked Sendable {
        let pointer: UnsafeMutableRawBufferPointer
        init(_ bytes: [UInt8], offset: Int) {
            pointer = .allocate(byteCount: bytes.count + offset, alignment: 64)
            UnsafeMutableRawBufferPointer(rebasing: pointer[offset...]).copyBytes(from: bytes)
        }
        deinit { pointer.deallocate() }
    }

    /// A matrix of stored numbers at an address that is a multiple of 64 plus `offset`.
    static func matrix(
        rows: Int, columns: Int, storage: FloatMatrix.Storage, values: [Float], offset: Int = 0
    ) throws -> FloatMatrix {
        let bytes = values.flatMap { value -> [UInt8] in
            switch storage {
            case .f64: withUnsafeBytes(of: Double(value).bitPattern.littleEndian, Array.init)
            case .f32: withUnsafeBytes(of: value.bitPattern.littleEndian, Array.init)
            case .f16: withUnsafeBytes(of: Float16(value).bitPattern.littleEndian, Array.init)
            case .bf16: withUnsafeBytes(of: UInt16(value.bitPattern >> 16).littleEndian, Array.init)
            }
        }
        let memory = Memory(bytes, offset: offset)
        return try FloatMatrix(
            shape: MatrixShape(rows: rows, columns: columns), storage: storage,
            bytes: UnsafeRawBufferPointer(rebasing: memory.pointer[offset...]), owner: memory)
    }

    /// Normal numbers of standard deviation 0.05 with a few large ones.
    static func normal(
        rows: Int, columns: Int, storage: FloatMatrix.Storage = .f32, seed: UInt64 = 1
    ) throws -> FloatMatrix {
        var generator = SeededGenerator(seed: seed)
        let values = (0..<rows * columns).map { index in
            generator.nextNormal() * 0.05 * (index % 97 == 13 ? 6 : 1)
        }
        return try matrix(rows: rows, columns: columns, storage: storage, values: values)
    }

    /// Every format with each of its granularities and range rules, and the rules for the whole tensor too.
    static let encodings: [StorageEncoding] = FormatCatalogue.all.flatMap(variants)

    private static func variants(of format: any NumericFormat) -> [StorageEncoding] {
        let usual = format.defaultEncoding
        var all: [StorageEncoding] = []
        for granularity in format.granularities {
            for rule in [usual.rangeRule] + format.rangeRules
            where granularity == .tensor || granularity == usual.granularity || rule == usual.rangeRule {
                var encoding = usual
                encoding.granularity = granularity
                encoding.rangeRule = rule
                if !all.contains(encoding) { all.append(encoding) }
            }
        }
        return all
    }
}
