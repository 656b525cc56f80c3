/// NF4 and FP4 as bitsandbytes has them: blocks of 64 weights or another power of two, 16 levels within ±1 and a scale.
///
/// scale = max|w|; code = nearest level to w · (1 ÷ scale), a value on a midpoint takes the lower level; value = level ·
/// scale. NF4's levels are quantiles of a normal distribution (Dettmers and others 2023, QLoRA); FP4's are those of a float
/// with 2 exponent bits that is not E2M1 (Numerics §4). Blocks run along rows. NaN is zero, infinities an end. Rows hold
/// dense codes, the first in the low half, then the scales; the last block of a row may be short.
///
/// Scales are f32 or, in the `-dq` formats, quantized themselves: with o their mean, scale − o is a code of the ``DynamicMap``
/// in runs of 256 scales, row after row, each with an f32 magnitude m; a decoded scale is map[code] · m + o. Weights' codes are
/// chosen with the scale as it was: 4 + 8 ÷ 64 + 32 ÷ (64 · 256) = 4.127 bits per weight.
public struct NormalFloatFormat: LevelCoded {
    /// The two sets of levels.
    public enum Levels: Sendable {
        /// Quantiles of a normal distribution.
        case normalFloat
        /// A small float.
        case float
    }

    static let all: [any NumericFormat] = [false, true].flatMap { hasQuantizedScales in
        [Levels.normalFloat, .float].map {
            NormalFloatFormat(kind: $0, hasQuantizedScales: hasQuantizedScales)
        }
    }

    /// Scales that share a magnitude where they are quantized.
    static let scalesInRun = 256

    /// The set of levels.
    public let kind: Levels
    /// Whether scales are quantized themselves.
    public let hasQuantizedScales: Bool
    let levels: [Float]
    /// Codes by ascending level, and the midpoints between neighbours.
    private let ascendingCodes: [UInt8]
    private let midpoints: [Float]

    init(kind: Levels, hasQuantizedScales: Bool = false) {
        self.kind = kind
        self.hasQuantizedScales = hasQuantizedScales
        let levels = kind == .normalFloat ? Self.normalFloatLevels : Self.floatLevels
        // Zero before minus zero, which therefore stands for the small numbers above zero, as in bitsandbytes.
        let ascending = (0..<16).map { UInt8($0) }.sorted {
            (levels[Int($0)], $0) < (levels[Int($1)], $1)
        }
        self.levels = levels
        ascendingCodes = ascending
        midpoints = zip(ascending, ascending.dropFirst()).map { (levels[Int($0)] + levels[Int($1)]) / 2 }
    }

    private static let normalFloatLevels: [Float] = [
        -1, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635,
        -0.18477343022823334, -0.09105003625154495, 0, 0.07958029955625534, 0.16093020141124725,
        0.24611230194568634, 0.33791524171829224, 0.44070982933044434, 0.5626170039176941, 0.7229568362236023,
        1,
    ]
    private static let floatLevels: [Float] = [
        0, 0.0625, 8, 12, 4, 6, 2, 3, -0.0, -0.0625, -8, -12, -4, -6, -2, -3,
    ].map { $0 / 12 }

    /// `nf4` or `bnb-fp4`, `nf4-dq` or `bnb-fp4-dq` with quantized scales.
    public var name: String { (kind == .normalFloat ? "nf4" : "bnb-fp4") + (hasQuantizedScales ? "-dq" : "") }
    /// One line for a person who chooses.
    public var summary: String {
        (kind == .normalFloat
            ? "QLoRA: 16 quantiles of a normal distribution" : "bitsandbytes FP4: 16 levels of a small float")
            + ", blocks of 64, " + (hasQuantizedScales ? "scales of 8 bits" : "an f32 scale")
    }
    /// Levels that follow a distribution.
    public var family: FormatFamily { .levels }
    /// A place among 16 levels.
    public var codeBits: Int { 4 }
    /// The block sizes of bitsandbytes, its default first.
    public var granularities: [Granularity] {
        [64, 32, 128, 256, 512, 1024, 2048, 4096].map(Granularity.group)
    }
    /// The range is defined.
    public var rangeRules: [RangeRule] { [] }
    /// Activations stay floating point.
    public var activations: [String] { ["float"] }
    /// FP4 has a sign, NF4 one level more above zero than below.
    public var isSymmetric: Bool { kind == .float }
    /// The largest magnitude is a level; quantized scales move.
    public func keepsItsValues(_ granularity: Granularity) -> Bool { !hasQuantizedScales }

    func groupSize(_ shape: MatrixShape, _ encoding: StorageEncoding) -> Int {
        if case .group(let size) = encoding.granularity { size } else { 64 }
    }

    func scaleByteCount(_ encoding: StorageEncoding) -> Int { hasQuantizedScales ? 1 : 4 }

    func tensorBits(_ shape: MatrixShape, _ encoding: StorageEncoding) -> Int {
        guard hasQuantizedScales, shape.elementCount > 0 else { return 0 }
        let size = groupSize(shape, encoding)
        let scales = shape.rows * ((shape.columns + size - 1) / size)
        return 32 + 32 * ((scales + Self.scalesInRun - 1) / Self.scalesInRun)
    }

    func scale(_ bytes: UnsafeRawBufferPointer, _ context: RowContext, group: Int) -> Float {
        guard hasQuantizedScales else { return bytes.loadSingle(fromByteOffset: 0) }
        return DynamicMap.values[Int(bytes[0])] * runScale(context, group) + context.parameters.scaleOffset
    }

    private func runScale(_ context: RowContext, _ group: Int) -> Float {
        let place = context.row * context.layout.groupsPerRow + group
        return context.parameters.scaleScales[place / Self.scalesInRun]
    }

    /// The mean of all scales and the largest distance from it in each run, where scales are quantized.
    public func parameters(
        of source: FloatMatrix, encoding: StorageEncoding, cancellation: Cancellation
    ) throws(KernelError) -> TensorParameters {
        var parameters = TensorParameters()
        guard hasQuantizedScales else { return parameters }
        let size = groupSize(source.shape, encoding)
        var scales: [Float] = []
        try source.forEachRow(cancellation) { row in
            for start in stride(from: 0, to: row.count, by: size) {
                let block = UnsafeBufferPointer(rebasing: row[start..<min(start + size, row.count)])
                scales.append(Self.largest(block))
            }
        }
        let mean = scales.reduce(0.0) { $0 + Double($1) } / Double(max(scales.count, 1))
        parameters.scaleOffset = Float(mean)
        parameters.scaleScales = stride(from: 0, to: scales.count, by: Self.scalesInRun).map { start in
            scales[start..<min(start + Self.scalesInRun, scales.count)].reduce(0) {
                max($0, ($1 - parameters.scaleOffset).magnitude)
            }
        }
        return parameters
    }

    private static func largest(_ values: UnsafeBufferPointer<Float>) -> Float {
        let range = RangeSearch.extremes(values)
        return max(-range.lower, range.upper)
    }

    private func store(
        _ scale: Float, group: Int, _ context: RowContext, in bytes: UnsafeMutableRawBufferPointer
    ) {
        if hasQuantizedScales {
            bytes[0] = DynamicMap.code(
                scale - context.parameters.scaleOffset, largest: runScale(context, group))
        } else {
            bytes.storeBytes(of: scale.bitPattern.littleEndian, as: UInt32.self)
        }
    }

    func encode(
        _ values: UnsafeBufferPointer<Float>, group: Int, _ context: RowContext,
        codes: UnsafeMutablePointer<UInt16>, scale scaleBytes: UnsafeMutableRawBufferPointer
    ) {
        let scale = Self.largest(values)
        store(scale, group: group, context, in: scaleBytes)
        let inverse = 1 / max(scale, 1e-38)
        midpoints.withUnsafeBufferPointer { midpoints in
            for (index, value) in values.enumerated() {
                codes[index] = UInt16(ascendingCodes[Self.place(of: value * inverse, midpoints)])
            }
        }
    }

    /// The number of midpoints below a value; NaN stands for zero.
    @inline(__always)
    private static func place(of value: Float, _ midpoints: UnsafeBufferPointer<Float>) -> Int {
        let held = value.isNaN ? 0 : value
        var place = 0
        for midpoint in midpoints where held > midpoint { place += 1 }
        return place
    }

    /// Half the widest gap between levels, and half the widest of the map for a quantized scale.
    public func worstError(of value: Float, largest: Float, grid: CodeGrid?) -> Float {
        ((kind == .normalFloat ? 0.1520 : 0.1667) + (hasQuantizedScales ? 0.0071 : 0)) * largest
    }
}
