/// Whole-number codes of 2 to 8 bits with a real scale: value = scale × (code − zeroPoint).
///
/// Symmetric: scale = max|w| ÷ (2^(b−1) − 1), codes ±(2^(b−1) − 1), no zero point. Asymmetric: the range includes 0,
/// scale = (max − min) ÷ (2^b − 1), zeroPoint = round(−min ÷ scale), codes 0 … 2^b − 1 (NUMERICS §5).
/// A row holds its codes, dense and lowest bits first, then its scales, then its zero points (a byte each). Scales of
/// groups are f16, those of a channel or tensor f32; codes are chosen with the scale as stored.
public struct IntegerFormat: NumericFormat {
    /// Bits of one code, 2…8.
    public let codeBits: Int
    /// Whether the grid is symmetric around zero.
    public let isSymmetric: Bool

    static let all: [any NumericFormat] =
        (2...8).reversed().map { IntegerFormat(codeBits: $0, isSymmetric: true) }
        + (2...8).reversed().map { IntegerFormat(codeBits: $0, isSymmetric: false) }

    /// `int4` or `int4-asym`.
    public var name: String { "int\(codeBits)" + (isSymmetric ? "" : "-asym") }
    /// One line for a person who chooses.
    public var summary: String {
        "\((1 << codeBits) - (isSymmetric ? 1 : 0)) levels, \(isSymmetric ? "symmetric" : "with a zero point")"
    }
    /// Integer formats.
    public var family: FormatFamily { isSymmetric ? .integer : .asymmetricInteger }
    /// Channel first; then tensor and groups.
    public var granularities: [Granularity] { [.channel, .tensor] + Granularity.groupSizes.map(Granularity.group) }
    /// All range rules that move real ends.
    public var rangeRules: [RangeRule] { [.minMax, .percentile(99.9), .meanSquaredError, .clip(0.9)] }
    /// Float first, then the integer schemes.
    public var activations: [String] { ["float", "int8-token", "int8-block32"] }

    var lowestCode: Int32 { isSymmetric ? -(1 << (codeBits - 1)) + 1 : 0 }
    var highestCode: Int32 { isSymmetric ? (1 << (codeBits - 1)) - 1 : (1 << codeBits) - 1 }
    /// What is added to a code to store it unsigned.
    private var storageOffset: Int32 { isSymmetric ? 1 << (codeBits - 1) : 0 }

    /// Codes, then scales, then zero points.
    public func layout(of shape: MatrixShape, encoding: LayerEncoding) throws(KernelError) -> PackedLayout {
        try checkGranularity(encoding)
        let groupSize: Int
        if case .group(let size) = encoding.granularity { groupSize = size } else { groupSize = max(shape.columns, 1) }
        let groups = encoding.granularity == .tensor ? 0 : (shape.columns + groupSize - 1) / groupSize
        let scaleBytes = groups * scaleByteCount(encoding)
        let zeroBytes = isSymmetric ? 0 : groups
        let tensorBits = encoding.granularity == .tensor ? (isSymmetric ? 32 : 40) : 0
        return PackedLayout(
            shape: shape, groupSize: groupSize,
            bytesPerRow: BitPacking.byteCount(shape.columns, bits: codeBits) + scaleBytes + zeroBytes,
            codeBits: shape.elementCount * codeBits, scaleBits: shape.rows * scaleBytes * 8,
            zeroPointBits: shape.rows * zeroBytes * 8, tensorBits: tensorBits)
    }

    private func scaleByteCount(_ encoding: LayerEncoding) -> Int {
        if case .group = encoding.granularity { 2 } else { 4 }
    }

    /// The scale and zero point of a per-tensor grid; nothing for finer ones.
    public func parameters(
        of source: FloatMatrix, encoding: LayerEncoding, cancellation: Cancellation
    ) throws(KernelError) -> TensorParameters {
        var parameters = TensorParameters()
        guard encoding.granularity == .tensor else { return parameters }
        let values = try source.representativeValues(for: encoding.rangeRule, cancellation: cancellation)
        let grid = values.withUnsafeBufferPointer { self.grid(for: $0, encoding: encoding) }
        parameters.scale = grid.scale
        parameters.zeroPoint = grid.zeroPoint
        return parameters
    }

    /// Chooses the grid of values that share a scale; the scale is as it will be stored.
    private func grid(for values: UnsafeBufferPointer<Float>, encoding: LayerEncoding) -> CodeGrid {
        let range = RangeSearch.range(values, rule: encoding.rangeRule) { candidate in
            squaredError(
                of: values, on: self.grid(over: candidate, encoding: encoding), rounding: encoding.rounding)
        }
        return grid(over: range, encoding: encoding)
    }

    private func grid(over range: (lower: Float, upper: Float), encoding: LayerEncoding) -> CodeGrid {
        let extent = isSymmetric ? max(-range.lower, range.upper) : range.upper - range.lower
        let steps = isSymmetric ? highestCode : highestCode - lowestCode
        let scale = storedScale(extent.isFinite ? extent / Float(steps) : .greatestFiniteMagnitude / Float(steps), encoding)
        let zeroPoint = isSymmetric || scale == 0 ? 0 : roundedHalfToEven(min(max(-range.lower / scale, 0), Float(highestCode)))
        return CodeGrid(
            scale: scale, zeroPoint: Int32(zeroPoint), lowestCode: lowestCode, highestCode: highestCode)
    }

    /// The scale as stored: f16 for groups, held within what f16 can express so that no finite weight is lost.
    private func storedScale(_ scale: Float, _ encoding: LayerEncoding) -> Float {
        guard case .group = encoding.granularity, scale > 0 else { return scale }
        return Float(Float16(min(max(scale, 0x1p-24), 65504)))
    }

    private func squaredError(
        of values: UnsafeBufferPointer<Float>, on grid: CodeGrid, rounding: RoundingMode
    ) -> Double {
        let rounder = CodeRounder(grid, rounding)
        var sum: Double = 0
        for value in values where value.magnitude < .infinity {
            let difference = value - grid.value(of: rounder.code(value))
            sum += Double(difference * difference)
        }
        return sum
    }

    /// Encodes group after group with the scale as stored.
    public func encode(
        row values: UnsafeBufferPointer<Float>, context: RowContext, into bytes: UnsafeMutableRawBufferPointer
    ) {
        guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        withUnsafeTemporaryAllocation(of: UInt16.self, capacity: values.count) { codes in
            for group in 0..<context.layout.groupsPerRow {
                let columns = context.layout.columns(ofGroup: group)
                let slice = UnsafeBufferPointer(rebasing: values[columns])
                let grid =
                    context.encoding.granularity == .tensor
                    ? tensorGrid(context) : self.grid(for: slice, encoding: context.encoding)
                let rounder = CodeRounder(grid, context.encoding.rounding)
                for (offset, value) in slice.enumerated() {
                    codes[columns.lowerBound + offset] = UInt16(rounder.code(value) + storageOffset)
                }
                store(grid, group: group, context: context, in: start)
            }
            BitPacking.pack(UnsafeBufferPointer(codes), bits: codeBits, into: start)
        }
    }

    private func tensorGrid(_ context: RowContext) -> CodeGrid {
        CodeGrid(
            scale: context.parameters.scale, zeroPoint: context.parameters.zeroPoint, lowestCode: lowestCode,
            highestCode: highestCode)
    }

    private func store(_ grid: CodeGrid, group: Int, context: RowContext, in start: UnsafeMutablePointer<UInt8>) {
        guard context.encoding.granularity != .tensor else { return }
        let scaleSize = scaleByteCount(context.encoding)
        let scales = start + BitPacking.byteCount(context.layout.shape.columns, bits: codeBits)
        let target = UnsafeMutableRawPointer(scales + group * scaleSize)
        if scaleSize == 2 {
            target.storeBytes(of: Float16(grid.scale).bitPattern.littleEndian, as: UInt16.self)
        } else {
            target.storeBytes(of: grid.scale.bitPattern.littleEndian, as: UInt32.self)
        }
        if !isSymmetric { scales[context.layout.groupsPerRow * scaleSize + group] = UInt8(grid.zeroPoint) }
    }

    private func grid(group: Int, _ bytes: UnsafeRawBufferPointer, _ context: RowContext) -> CodeGrid {
        guard context.encoding.granularity != .tensor else { return tensorGrid(context) }
        let scaleSize = scaleByteCount(context.encoding)
        let scales = BitPacking.byteCount(context.layout.shape.columns, bits: codeBits)
        let offset = scales + group * scaleSize
        let scale =
            scaleSize == 2
            ? bytes.loadHalf(fromByteOffset: offset)
            : Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
        let zeroPoint = isSymmetric ? 0 : Int32(bytes[scales + context.layout.groupsPerRow * scaleSize + group])
        return CodeGrid(scale: scale, zeroPoint: zeroPoint, lowestCode: lowestCode, highestCode: highestCode)
    }

    /// value = scale × (code − zeroPoint).
    public func decode(
        row bytes: UnsafeRawBufferPointer, context: RowContext, into values: UnsafeMutableBufferPointer<Float>
    ) {
        withUnsafeTemporaryAllocation(of: UInt16.self, capacity: values.count) { codes in
            unpack(bytes, into: codes)
            for group in 0..<context.layout.groupsPerRow {
                let grid = self.grid(group: group, bytes, context)
                let zero = grid.zeroPoint + storageOffset
                for column in context.layout.columns(ofGroup: group) {
                    values[column] = grid.scale * Float(Int32(codes[column]) - zero)
                }
            }
        }
    }

    /// The signed codes of a symmetric grid, the unsigned ones of an asymmetric grid.
    public func codes(
        row bytes: UnsafeRawBufferPointer, context: RowContext, into codes: UnsafeMutableBufferPointer<Int32>
    ) {
        withUnsafeTemporaryAllocation(of: UInt16.self, capacity: codes.count) { stored in
            unpack(bytes, into: stored)
            for column in codes.indices { codes[column] = Int32(stored[column]) - storageOffset }
        }
    }

    private func unpack(_ bytes: UnsafeRawBufferPointer, into codes: UnsafeMutableBufferPointer<UInt16>) {
        guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        BitPacking.unpack(start, bits: codeBits, into: codes)
    }

    /// The grid of the group that holds `column`.
    public func grid(row bytes: UnsafeRawBufferPointer, context: RowContext, column: Int) -> CodeGrid? {
        grid(group: column / context.layout.groupSize, bytes, context)
    }

    /// Replaces one code.
    public func replaceCode(
        row bytes: UnsafeMutableRawBufferPointer, context: RowContext, column: Int, code: Int32
    ) {
        guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        let held = min(max(code, lowestCode), highestCode)
        BitPacking.replace(at: column, by: UInt16(held + storageOffset), bits: codeBits, in: start)
    }
}

extension IntegerFormat: IntegerCoded {
    /// Codes minus zero point as Int16, and the scale of each group.
    public func unpack(
        row bytes: UnsafeRawBufferPointer, context: RowContext, codes: UnsafeMutableBufferPointer<Int16>,
        scales: UnsafeMutableBufferPointer<Float>
    ) {
        codes.withMemoryRebound(to: UInt16.self) { unpack(bytes, into: $0) }
        for group in 0..<context.layout.groupsPerRow {
            let grid = self.grid(group: group, bytes, context)
            scales[group] = grid.scale
            let zero = Int16(truncatingIfNeeded: grid.zeroPoint + storageOffset)
            for column in context.layout.columns(ofGroup: group) { codes[column] &-= zero }
        }
    }
}

extension CodeRounder {
    init(_ grid: CodeGrid, _ mode: RoundingMode) {
        self.init(
            scale: grid.scale, zeroPoint: grid.zeroPoint, lowest: grid.lowestCode, highest: grid.highestCode, mode: mode)
    }
}
