import CNibbleKernels

/// Floating-point weights: f32, f16 and bf16. Rows hold the numbers one after the other, little-endian.
public struct FloatFormat: NumericFormat {
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
    /// 16 or 32.
    public var codeBits: Int { storage.byteCount * 8 }
    /// No scale.
    public var granularities: [Granularity] { [.fixed] }
    /// No range to choose.
    public var rangeRules: [RangeRule] { [] }
    /// Activations stay floating point.
    public var activations: [String] { ["float"] }

    /// The numbers and nothing else.
    public func layout(of shape: MatrixShape, encoding: LayerEncoding) throws(KernelError) -> PackedLayout {
        try checkGranularity(encoding)
        return PackedLayout(
            shape: shape, groupSize: max(shape.columns, 1), bytesPerRow: shape.columns * storage.byteCount,
            codeBits: shape.elementCount * codeBits, scaleBits: 0, zeroPointBits: 0)
    }

    /// Nothing is shared.
    public func parameters(
        of source: FloatMatrix, encoding: LayerEncoding, cancellation: Cancellation
    ) throws(KernelError) -> TensorParameters {
        TensorParameters()
    }

    /// Rounds each number to nearest even; beyond f16's range it becomes infinite, NaN stays NaN.
    public func encode(
        row values: UnsafeBufferPointer<Float>, context: RowContext, into bytes: UnsafeMutableRawBufferPointer
    ) {
        for (column, value) in values.enumerated() {
            store(bits(of: value), column: column, in: bytes)
        }
    }

    private func bits(of value: Float) -> UInt32 {
        switch storage {
        case .f16: return UInt32(Float16(value).bitPattern)
        case .bf16:
            let pattern = value.bitPattern
            if value.isNaN { return pattern >> 16 | 0x40 }
            return (pattern &+ 0x7FFF &+ (pattern >> 16 & 1)) >> 16
        default: return value.bitPattern
        }
    }

    private func store(_ bits: UInt32, column: Int, in bytes: UnsafeMutableRawBufferPointer) {
        if storage == .f32 {
            bytes.storeBytes(of: bits.littleEndian, toByteOffset: column * 4, as: UInt32.self)
        } else {
            bytes.storeBytes(of: UInt16(truncatingIfNeeded: bits).littleEndian, toByteOffset: column * 2, as: UInt16.self)
        }
    }

    /// The numbers as f32, exactly.
    public func decode(
        row bytes: UnsafeRawBufferPointer, context: RowContext, into values: UnsafeMutableBufferPointer<Float>
    ) {
        guard let source = bytes.baseAddress, let target = values.baseAddress else { return }
        switch storage {
        case .f16: nibble_kernels().pointee.convert_f16(source, target, values.count)
        case .bf16: nibble_kernels().pointee.convert_bf16(source, target, values.count)
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
