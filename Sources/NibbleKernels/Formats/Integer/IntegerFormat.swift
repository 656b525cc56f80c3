/// Whole-number codes of 2 to 8 bits with a real scale: value = scale × (code − zeroPoint).
///
/// Symmetric: scale = max|w| ÷ (2^(b−1) − 1), codes ±(2^(b−1) − 1), no zero point. Asymmetric: the range includes 0,
/// scale = (max − min) ÷ (2^b − 1), zeroPoint = round(−min ÷ scale), codes 0 … 2^b − 1 (Numerics §5). Weights are divided
/// by the scale, not multiplied by its inverse, but for torchao's rules `full`, `no-clip` and `least`, of which the first two use
/// the code −2^(b−1), too.
///
/// A row holds its codes, dense and lowest bits first, then its scales, then its zero points (a byte each). Scales of
/// groups are f16, those of a channel or tensor f32; codes are chosen with the scale as stored. An f16 scale is held
/// within 2^−24 … 65504 and, where f16 is subnormal, rounded up, so that it never clips a finite weight below 65504 times
/// the largest code. A group of zeros has scale 0.
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
    public var granularities: [Granularity] {
        [.channel, .tensor] + Granularity.groupSizes.map(Granularity.group)
    }
    /// All range rules that move real ends, and other tools' scales.
    public var rangeRules: [RangeRule] {
        [.minMax, .percentile(99.9), .meanSquaredError, .clip(0.9)]
            + (isSymmetric ? [.scale(.full), .scale(.noClip)] : [.scale(.least)])
    }
    /// Float first, then the integer schemes.
    public var activations: [String] {
        ["float", "int8-token", "int8-block32", "int8-token-full", "uint8-token", "llm-int8"]
    }

    func lowestCode(_ encoding: StorageEncoding) -> Int32 {
        guard isSymmetric else { return 0 }
        let usesAll = encoding.rangeRule == .scale(.full) || encoding.rangeRule == .scale(.noClip)
        return -highestCode - (usesAll ? 1 : 0)
    }

    var highestCode: Int32 { isSymmetric ? (1 << (codeBits - 1)) - 1 : (1 << codeBits) - 1 }
    /// What is added to a code to store it unsigned.
    var storageOffset: Int32 { isSymmetric ? 1 << (codeBits - 1) : 0 }

    /// Codes, then scales, then zero points.
    public func layout(of shape: MatrixShape, encoding: StorageEncoding) throws(KernelError) -> PackedLayout {
        try check(shape, encoding)
        var groupSize = max(shape.columns, 1)
        if case .group(let size) = encoding.granularity { groupSize = size }
        let isPerTensor = encoding.granularity == .tensor
        let groups = isPerTensor ? 0 : (shape.columns + groupSize - 1) / groupSize
        let scaleBytes = groups * scaleByteCount(encoding)
        let zeroBytes = isSymmetric ? 0 : groups
        return PackedLayout(
            shape: shape, groupSize: groupSize,
            bytesPerRow: BitPacking.byteCount(shape.columns, bits: codeBits) + scaleBytes + zeroBytes,
            codeBits: shape.elementCount * codeBits, scaleBits: shape.rows * scaleBytes * 8,
            zeroPointBits: shape.rows * zeroBytes * 8, tensorBits: isPerTensor ? (isSymmetric ? 32 : 40) : 0)
    }

    func scaleByteCount(_ encoding: StorageEncoding) -> Int {
        if case .group = encoding.granularity { 2 } else { 4 }
    }

    /// The scale and zero point of a per-tensor grid; nothing for finer ones.
    public func parameters(
        of source: FloatMatrix, encoding: StorageEncoding, cancellation: Cancellation
    ) throws(KernelError) -> TensorParameters {
        var parameters = TensorParameters()
        guard encoding.granularity == .tensor else { return parameters }
        let grid = try tensorGrid(of: source, encoding, cancellation)
        parameters.scale = grid.scale
        parameters.zeroPoint = grid.zeroPoint
        return parameters
    }

    private func tensorGrid(
        of source: FloatMatrix, _ encoding: StorageEncoding, _ cancellation: Cancellation
    ) throws(KernelError) -> CodeGrid {
        guard encoding.rangeRule == .meanSquaredError else {
            return grid(
                over: try source.range(rule: encoding.rangeRule, cancellation: cancellation), encoding)
        }
        return try source.representativeValues(cancellation).withUnsafeBufferPointer {
            grid(for: $0, encoding: encoding)
        }
    }

    /// Chooses the grid of values that share a scale; the scale is as it will be stored.
    func grid(for values: UnsafeBufferPointer<Float>, encoding: StorageEncoding) -> CodeGrid {
        let range = RangeSearch.range(values, rule: encoding.rangeRule) { full in
            leastErrorStep(values, full: full, encoding)
        }
        return grid(over: range, encoding)
    }

    /// The grid that reaches the ends of a range.
    func grid(over range: RangeSearch.Range, _ encoding: StorageEncoding) -> CodeGrid {
        let scale = storedScale(step(over: range, encoding.rangeRule), encoding)
        let lowestCode = lowestCode(encoding)
        let grid = CodeGrid(
            scale: scale, zeroPoint: zeroPoint(scale: scale, lower: range.lower), lowestCode: lowestCode,
            highestCode: highestCode)
        guard !grid.lowest.isFinite || !grid.highest.isFinite else { return grid }
        // Near f32's end the rounded scale times the last code would be infinite.
        let longest = Float(max(grid.zeroPoint - lowestCode, highestCode - grid.zeroPoint))
        return CodeGrid(
            scale: (Float.greatestFiniteMagnitude / longest).nextDown, zeroPoint: grid.zeroPoint,
            lowestCode: lowestCode, highestCode: highestCode)
    }

    /// The exact scale by a rule.
    private func step(over range: RangeSearch.Range, _ rule: RangeRule) -> Float {
        let steps = Float(highestCode)
        guard isSymmetric else {
            let extent = range.upper - range.lower
            let step = extent == .infinity ? range.upper / steps - range.lower / steps : extent / steps
            return rule == .scale(.least) ? max(step, 0x1p-23) : step
        }
        return switch rule {
        case .scale(.full): max(max(-range.lower, range.upper) / (steps + 0.5), 0x1p-23)
        case .scale(.noClip): max(-range.lower / (steps + 1), range.upper / steps, 0x1p-23)
        default: max(-range.lower, range.upper) / steps
        }
    }

    private func zeroPoint(scale: Float, lower: Float) -> Int32 {
        guard !isSymmetric, scale > 0 else { return 0 }
        return Int32(roundedHalfToEven(min(max(-lower / scale, 0), Float(highestCode))))
    }

    /// The scale as stored: f32 as it is; f16 held within its range and rounded up where it is subnormal.
    private func storedScale(_ scale: Float, _ encoding: StorageEncoding) -> Float {
        if case .group = encoding.granularity { scale.heldAsHalf } else { scale }
    }
}
