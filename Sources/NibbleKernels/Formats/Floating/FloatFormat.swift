/// Floating-point weights: f32, f16 and bf16.
///
/// Rows hold the numbers one after the other, little-endian.
public struct FloatFormat: NonuniformFormat {
    /// How a number is stored.
    public let storage: FloatMatrix.Storage

    static let all: [any NumericFormat] = [
        FloatFormat(storage: .f32), FloatFormat(storage: .f16), FloatFormat(storage: .bf16),
    ]

    /// `f32`, `f16` or `bf16`.
    public var name: String { storage.rawValue }
    /// One line for a person who chooses.
    public var summary: String {
        switch storage {
        case .f16: "IEEE half: 5 exponent and 10 fraction bits, up to 65504"
        case .bf16: "bfloat16: 8 exponent and 7 fraction bits, the range of f32"
        default: "IEEE single: 8 exponent and 23 fraction bits"
        }
    }
    /// Floating-point formats.
    public var family: FormatFamily { .floatingPoint }
    /// The number itself is the code.
    public var codeBits: Int { storage.byteCount * 8 }
    /// No scale.
    public var granularities: [Granularity] { [.fixed] }
    /// No range to choose.
    public var rangeRules: [RangeRule] { [] }
    /// As in IEEE 754.
    public var nonFinite: NonFinitePolicy { .kept }
    /// Activations stay floating point.
    public var activations: [String] { ["float"] }

    /// The numbers and nothing else.
    public func layout(of shape: MatrixShape, encoding: StorageEncoding) throws(KernelError) -> PackedLayout {
        try check(shape, encoding)
        return PackedLayout(
            shape: shape, groupSize: max(shape.columns, 1), bytesPerRow: shape.columns * storage.byteCount,
            codeBits: shape.elementCount * codeBits, scaleBits: 0, zeroPointBits: 0)
    }

    /// Nothing is shared.
    public func parameters(
        of source: FloatMatrix, encoding: StorageEncoding, cancellation: Cancellation
    ) throws(KernelError) -> TensorParameters {
        TensorParameters()
    }

    /// Rounds each number to nearest even; beyond f16's range it becomes infinite, NaN stays NaN.
    public func encode(
        row values: UnsafeBufferPointer<Float>, context: RowContext, into bytes: UnsafeMutableRawBufferPointer
    ) {
        guard let source = values.baseAddress, let target = bytes.baseAddress else { return }
        switch storage {
        case .f16: InnerLoops.best.pointee.narrow_f16(source, target, values.count)
        case .bf16:
            for (column, value) in values.enumerated() {
                store(UInt32(Self.bfloat16(value)), column: column, in: bytes)
            }
        default: target.copyMemory(from: source, byteCount: values.count * 4)
        }
    }

    /// To nearest even; a NaN stays one (Numerics §1).
    static func bfloat16(_ value: Float) -> UInt16 {
        let pattern = value.bitPattern
        let rounded = value.isNaN ? pattern >> 16 | 0x40 : (pattern + 0x7FFF + (pattern >> 16 & 1)) >> 16
        return UInt16(truncatingIfNeeded: rounded)
    }

    /// Half a unit in the last place, and half the smallest number of f16; nothing for f32.
    public func worstError(of value: Float, largest: Float, grid: CodeGrid?) -> Float {
        switch storage {
        case .f16: value.magnitude * 0x1p-11 + 0x1p-25
        case .bf16: value.magnitude * 0x1p-8
        default: 0
        }
    }
    /// Sign and magnitude.
    public var isSymmetric: Bool { true }
    /// Numbers of a type stay.
    public func keepsItsValues(_ granularity: Granularity) -> Bool { true }

    private func store(_ bits: UInt32, column: Int, in bytes: UnsafeMutableRawBufferPointer) {
        if storage == .f32 {
            bytes.storeBytes(of: bits.littleEndian, toByteOffset: column * 4, as: UInt32.self)
        } else {
            let half = UInt16(truncatingIfNeeded: bits).littleEndian
            bytes.storeBytes(of: half, toByteOffset: column * 2, as: UInt16.self)
        }
    }

    /// The numbers as f32, exactly.
    public func decode(
        row bytes: UnsafeRawBufferPointer, context: RowContext, into values: UnsafeMutableBufferPointer<Float>
    ) {
        guard let source = bytes.baseAddress, let target = values.baseAddress else { return }
        switch storage {
        case .f16: InnerLoops.best.pointee.convert_f16(source, target, values.count)
        case .bf16: InnerLoops.best.pointee.convert_bf16(source, target, values.count)
        default: UnsafeMutableRawPointer(target).copyMemory(from: source, byteCount: values.count * 4)
        }
    }

    /// The bit patterns.
    public func codes(
        row bytes: UnsafeRawBufferPointer, context: RowContext, into codes: UnsafeMutableBufferPointer<Int32>
    ) {
        for column in codes.indices {
            codes[column] =
                storage == .f32
                ? Int32(bitPattern: bytes.loadUnaligned(fromByteOffset: column * 4, as: UInt32.self))
                : Int32(bytes.loadUnaligned(fromByteOffset: column * 2, as: UInt16.self))
        }
    }

    /// No grid of equal steps.
    public func grid(row bytes: UnsafeRawBufferPointer, context: RowContext, column: Int) -> CodeGrid? { nil }

    /// Replaces one number by its bit pattern.
    public func replaceCode(
        row bytes: UnsafeMutableRawBufferPointer, context: RowContext, column: Int, code: Int32
    ) {
        store(UInt32(bitPattern: code), column: column, in: bytes)
    }
}
