import CNibbleKernels

/// OCP MXINT8: blocks of 32 whole numbers that share a power of two; value = 2^(byte − 127) ÷ 64 × code.
///
/// By the published rule the exponent is ⌊log₂ max|w|⌋ held within ±127; others are those of ``ScaleRule``. Codes are rounded to nearest even within ±127: −128, which the format
/// permits, is not written (OCP MX v1.0 §6.3, Numerics §2). A block with NaN or infinity is NaN (scale byte 255). Rows hold
/// the two's complement bytes, then the scale bytes; the last block of a row may be short.
public struct MXInt8Format: NumericFormat {
    static let blockSize = 32

    /// `mxint8`.
    public var name: String { "mxint8" }
    /// One line for a person who chooses.
    public var summary: String { "OCP MX: blocks of 32 whole numbers, a power-of-two scale" }
    /// Microscaling formats.
    public var family: FormatFamily { .microscaling }
    /// Whole signed bytes, which processors multiply as they are.
    public var codeBits: Int { 8 }
    /// Blocks as defined.
    public var granularities: [Granularity] { [.fixed] }
    /// The published rule, those of other tools, and the search among neighbours.
    public var rangeRules: [RangeRule] { PowerOfTwoScale.rules }
    /// As OCP MX has it.
    public var nonFinite: NonFinitePolicy { .spreads }
    /// Float first, then the integer schemes.
    public var activations: [String] { ["float", "int8-token", "int8-block32"] }

    /// Bytes of codes, then bytes of scales.
    public func layout(of shape: MatrixShape, encoding: StorageEncoding) throws(KernelError) -> PackedLayout {
        try check(shape, encoding)
        let blocks = (shape.columns + Self.blockSize - 1) / Self.blockSize
        return PackedLayout(
            shape: shape, groupSize: Self.blockSize, bytesPerRow: shape.columns + blocks,
            codeBits: shape.elementCount * 8, scaleBits: shape.rows * blocks * 8, zeroPointBits: 0)
    }

    /// Nothing is shared.
    public func parameters(
        of source: FloatMatrix, encoding: StorageEncoding, cancellation: Cancellation
    ) throws(KernelError) -> TensorParameters {
        TensorParameters()
    }

    /// Encodes block after block.
    public func encode(
        row values: UnsafeBufferPointer<Float>, context: RowContext, into bytes: UnsafeMutableRawBufferPointer
    ) {
        let rounding = context.encoding.rounding
        let element = PowerOfTwoScale.Element(largest: 127 / 64, fractionBits: 6)
        for block in 0..<context.layout.groupsPerRow {
            let columns = context.layout.columns(ofGroup: block)
            let group = UnsafeBufferPointer(rebasing: values[columns])
            let byte = PowerOfTwoScale.byte(of: group, element: element, rule: context.encoding.rangeRule) {
                Self.error(of: group, scale: $0, rounding)
            }
            bytes[values.count + block] = byte
            guard byte != PowerOfTwoScale.notANumber else { continue }
            let scale = PowerOfTwoScale.value(byte)
            for column in columns {
                bytes[column] = UInt8(bitPattern: Self.code(values[column] / scale, rounding))
            }
        }
    }

    /// Fixed point in the terms of the innermost loops: 64 steps to one, up to 127.
    private static let loopType = nibble_mini_float(
        fraction_bits: 6, bias: 1, nan_code: 0, largest_code: 127, sign_bit: 128, largest: 127 / 64)

    /// Σ (weight − scale · number)².
    private static func error(
        of values: UnsafeBufferPointer<Float>, scale: Float, _ rounding: RoundingMode
    ) -> Double {
        if rounding == .halfToEven, let source = values.baseAddress {
            return nibble_mini_error(source, values.count, scale, loopType)
        }
        return PowerOfTwoScale.error(of: values, scale: scale) { Float(code($0, rounding)) / 64 }
    }

    /// 64 times a number of scales, rounded.
    @inline(__always)
    private static func code(_ scales: Float, _ rounding: RoundingMode) -> Int8 {
        let steps = min(max(64 * scales, -127), 127)
        return Int8(rounding == .halfToEven ? roundedHalfToEven(steps) : rounding.round(steps))
    }

    /// value = 2^(byte − 127) ÷ 64 × code.
    public func decode(
        row bytes: UnsafeRawBufferPointer, context: RowContext, into values: UnsafeMutableBufferPointer<Float>
    ) {
        decodeByGroups(row: bytes, context: context, into: values)
    }

    /// The signed bytes.
    public func codes(
        row bytes: UnsafeRawBufferPointer, context: RowContext, into codes: UnsafeMutableBufferPointer<Int32>
    ) {
        for column in codes.indices { codes[column] = Int32(Int8(bitPattern: bytes[column])) }
    }

    /// The grid of the column's block; a block of NaN has scale 0 there, as a grid has real ends.
    public func grid(row bytes: UnsafeRawBufferPointer, context: RowContext, column: Int) -> CodeGrid? {
        let scale = scale(bytes, context, column)
        return CodeGrid(scale: scale.isNaN ? 0 : scale, zeroPoint: 0, lowestCode: -127, highestCode: 127)
    }

    private func scale(_ bytes: UnsafeRawBufferPointer, _ context: RowContext, _ column: Int) -> Float {
        PowerOfTwoScale.value(bytes[context.layout.shape.columns + column / Self.blockSize]) / 64
    }

    /// Replaces one code.
    public func replaceCode(
        row bytes: UnsafeMutableRawBufferPointer, context: RowContext, column: Int, code: Int32
    ) {
        bytes[column] = UInt8(bitPattern: Int8(clamping: code))
    }

    /// Half a step; a weight between 127 and 128 steps loses what it lies beyond the highest code.
    public func worstError(of value: Float, largest: Float, grid: CodeGrid?) -> Float {
        guard let grid else { return .infinity }
        return max(grid.scale / 2, min(grid.excess(of: value), grid.scale))
    }

    /// The largest weight keeps its exponent.
    public func keepsItsValues(_ granularity: Granularity) -> Bool { true }
}

extension MXInt8Format: IntegerCoded {
    /// The code and its block's scale, which may be NaN.
    public func number(
        row bytes: UnsafeRawBufferPointer, context: RowContext, column: Int, code: Int32
    ) -> (number: Int32, scale: Float, minimum: Float) {
        (code, scale(bytes, context, column), 0)
    }

    /// The signed bytes as Int16, and the scale of each block.
    public func unpack(
        row bytes: UnsafeRawBufferPointer, context: RowContext, codes: UnsafeMutableBufferPointer<Int16>,
        scales: UnsafeMutableBufferPointer<Float>, minima: UnsafeMutableBufferPointer<Float>
    ) {
        let columns = context.layout.shape.columns
        for column in 0..<columns { codes[column] = Int16(Int8(bitPattern: bytes[column])) }
        for block in 0..<context.layout.groupsPerRow {
            scales[block] = PowerOfTwoScale.value(bytes[columns + block]) / 64
        }
    }
}
