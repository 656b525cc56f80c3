/// NF4 and FP4 as bitsandbytes has them: blocks of 64 weights, 16 levels within ±1 and an f32 scale.
///
/// scale = max|w|; code = nearest level to w · (1 ÷ scale), a value on a midpoint takes the lower level; value = level ·
/// scale. NF4's levels are quantiles of a normal distribution (Dettmers and others 2023, QLoRA); FP4's are those of a float
/// with 2 exponent bits that is not E2M1 (NUMERICS §4). Blocks run along rows. NaN is zero, infinities an end. Rows hold
/// dense codes, the first in the low half, then the scales; the last block of a row may be short.
public struct NormalFloatFormat: LevelCoded {
    /// The two sets of levels.
    public enum Levels: Sendable {
        /// Quantiles of a normal distribution.
        case normalFloat
        /// A small float.
        case float
    }

    static let blockSize = 64
    static let all: [any NumericFormat] = [
        NormalFloatFormat(kind: .normalFloat), NormalFloatFormat(kind: .float),
    ]

    /// The set of levels.
    public let kind: Levels
    let levels: [Float]
    /// Codes by ascending level, and the midpoints between neighbours.
    private let ascendingCodes: [UInt8]
    private let midpoints: [Float]

    init(kind: Levels) {
        self.kind = kind
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

    /// `nf4` or `bnb-fp4`.
    public var name: String { kind == .normalFloat ? "nf4" : "bnb-fp4" }
    /// One line for a person who chooses.
    public var summary: String {
        kind == .normalFloat
            ? "QLoRA: blocks of 64, 16 quantiles of a normal distribution, an f32 scale"
            : "bitsandbytes FP4: blocks of 64, 16 levels of a small float, an f32 scale"
    }
    /// Levels that follow a distribution.
    public var family: FormatFamily { .levels }
    /// 4.
    public var codeBits: Int { 4 }
    /// Blocks as defined.
    public var granularities: [Granularity] { [.fixed] }
    /// The range is defined.
    public var rangeRules: [RangeRule] { [] }
    /// Activations stay floating point.
    public var activations: [String] { ["float"] }
    /// FP4 has a sign, NF4 one level more above zero than below.
    public var isSymmetric: Bool { kind == .float }
    /// The largest magnitude is a level.
    public var keepsItsValues: Bool { true }

    func groupSize(_ shape: MatrixShape, _ encoding: LayerEncoding) -> Int { Self.blockSize }
    func scaleByteCount(_ encoding: LayerEncoding) -> Int { 4 }
    func scale(_ bytes: UnsafeRawBufferPointer, _ context: RowContext) -> Float {
        bytes.loadSingle(fromByteOffset: 0)
    }

    /// Nothing is shared.
    public func parameters(
        of source: FloatMatrix, encoding: LayerEncoding, cancellation: Cancellation
    ) throws(KernelError) -> TensorParameters {
        TensorParameters()
    }

    func encode(
        group values: UnsafeBufferPointer<Float>, _ context: RowContext, codes: UnsafeMutablePointer<UInt16>,
        scale scaleBytes: UnsafeMutableRawBufferPointer
    ) {
        let range = RangeSearch.extremes(values)
        let scale = max(-range.lower, range.upper)
        scaleBytes.storeBytes(of: scale.bitPattern.littleEndian, as: UInt32.self)
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

    /// Half the widest gap between levels.
    public func worstError(of value: Float, largest: Float) -> Float {
        (kind == .normalFloat ? 0.1520 : 0.1667) * largest
    }
}
