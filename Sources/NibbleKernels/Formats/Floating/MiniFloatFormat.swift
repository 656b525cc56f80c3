/// Floating-point codes of 4 to 8 bits with a real scale: value = scale × number.
///
/// scale = largest magnitude of the range ÷ largest number of the type, so that min-max clips nothing; number = weight ÷
/// scale, rounded and saturating. Scales of groups are f16, those of a channel or tensor f32, as of ``IntegerFormat``.
/// By the rule `unit` the scale is 1 and codes are plain casts of the weights. NaN stays NaN in the 8-bit types and is zero in
/// the others. Saturating formats make infinities, and what a rule lets exceed it, the largest number; the others (`-nonsat`)
/// make them infinite or, in E4M3, NaN, as PyTorch's casts and ONNX's with `saturate` 0 do (Numerics §1).
public struct MiniFloatFormat: LevelCoded {
    /// The type of the codes.
    public let type: MiniFloat
    /// What becomes of a number beyond the type's largest.
    public let overflow: MiniFloat.Overflow

    static let all: [any NumericFormat] =
        [MiniFloat.e4m3, .e5m2, .e3m2, .e2m3, .e2m1].map { MiniFloatFormat(type: $0, overflow: .saturate) }

    /// Those whose overflows are NaN or infinite: for plans that name them.
    static let nonSaturating: [any NumericFormat] =
        [MiniFloat.e4m3, .e5m2].map { MiniFloatFormat(type: $0, overflow: .special) }

    /// `fp8-e4m3`, `fp8-e4m3-nonsat` where overflows are NaN or infinite.
    public var name: String { "fp\(codeBits)-\(type.name)" + (overflow == .special ? "-nonsat" : "") }
    /// One line for a person who chooses.
    public var summary: String {
        "\(type.exponentBits) exponent and \(type.fractionBits) fraction bits up to ±\(type.largest), with a scale"
            + (overflow == .special ? "; beyond is \(type.specials == .infinities ? "infinite" : "NaN")" : "")
    }
    /// Small floating point.
    public var family: FormatFamily { .smallFloatingPoint }
    /// As wide as the type: 4, 6 or 8 bits with the sign.
    public var codeBits: Int { type.codeBits }
    /// Channel first; then tensor and groups.
    public var granularities: [Granularity] {
        [.channel, .tensor] + Granularity.groupSizes.map(Granularity.group)
    }
    /// Rules that need no search.
    public var rangeRules: [RangeRule] { [.minMax, .percentile(99.9), .clip(0.9), .scale(.unit)] }
    /// By the overflow chosen.
    public var nonFinite: NonFinitePolicy { overflow == .special ? .overflows : .ends }
    /// Activations stay floating point, of 32 or 8 bits.
    public var activations: [String] { ["float", "fp8-token"] }
    /// Sign and magnitude.
    public var isSymmetric: Bool { true }
    /// The scale is rounded.
    public func keepsItsValues(_ granularity: Granularity) -> Bool { false }

    var levels: [Float] { type.values }

    func groupSize(_ shape: MatrixShape, _ encoding: StorageEncoding) -> Int {
        if case .group(let size) = encoding.granularity { size } else { shape.columns }
    }

    func scaleByteCount(_ encoding: StorageEncoding) -> Int {
        switch encoding.granularity {
        case .group: 2
        case .tensor: 0
        case .channel, .fixed: 4
        }
    }

    func tensorBits(_ shape: MatrixShape, _ encoding: StorageEncoding) -> Int {
        encoding.granularity == .tensor ? 32 : 0
    }

    func scale(_ bytes: UnsafeRawBufferPointer, _ context: RowContext, group: Int) -> Float {
        switch bytes.count {
        case 0: context.parameters.scale
        case 2: bytes.loadHalf(fromByteOffset: 0)
        default: bytes.loadSingle(fromByteOffset: 0)
        }
    }

    /// The scale of a per-tensor grid; nothing for finer ones.
    public func parameters(
        of source: FloatMatrix, encoding: StorageEncoding, cancellation: Cancellation
    ) throws(KernelError) -> TensorParameters {
        var parameters = TensorParameters()
        guard encoding.granularity == .tensor else { return parameters }
        parameters.scale = scale(
            over: try source.range(rule: encoding.rangeRule, cancellation: cancellation), encoding)
        return parameters
    }

    private func scale(over range: RangeSearch.Range, _ encoding: StorageEncoding) -> Float {
        guard encoding.rangeRule != .scale(.unit) else { return 1 }
        let scale = max(-range.lower, range.upper) / type.largest
        if case .group = encoding.granularity { return scale.heldAsHalf }
        return (scale * type.largest).isFinite ? scale : scale.nextDown
    }

    func encode(
        _ values: UnsafeBufferPointer<Float>, group: Int, _ context: RowContext,
        codes: UnsafeMutablePointer<UInt16>, scale scaleBytes: UnsafeMutableRawBufferPointer
    ) {
        var scale = context.parameters.scale
        if context.encoding.granularity != .tensor {
            let range = RangeSearch.range(values, rule: context.encoding.rangeRule) { _ in 100 }
            scale = self.scale(over: range, context.encoding)
        }
        if scaleBytes.count == 2 {
            scaleBytes.storeHalf(scale, toByteOffset: 0)
        } else if scaleBytes.count == 4 {
            scaleBytes.storeBytes(of: scale.bitPattern.littleEndian, as: UInt32.self)
        }
        let (type, rounding, overflow) = (type, context.encoding.rounding, overflow)
        for (index, value) in values.enumerated() {
            codes[index] =
                scale == 0 ? 0 : UInt16(type.code(value / scale, rounding: rounding, overflow: overflow))
        }
    }

    /// Half a unit in the last place, half the smallest number, and what an f16 scale adds.
    public func worstError(of value: Float, largest: Float, grid: CodeGrid?) -> Float {
        let unit = Float(sign: .plus, exponent: -type.fractionBits, significand: 1)
        return value.magnitude * (unit / 2 + 0x1p-10) + 0.505 * type.smallest * largest / type.largest
    }
}

extension Float {
    /// A scale as an f16 holds it: within 2^−24 … 65504 and, where f16 is subnormal, rounded up; 0 stays 0.
    var heldAsHalf: Float {
        guard self > 0 else { return self }
        let stored = Float16(Swift.min(Swift.max(self, 0x1p-24), 65504))
        return Float(stored.isSubnormal && Float(stored) < self ? stored.nextUp : stored)
    }
}
