/// Floating-point codes of 4 to 8 bits with a real scale: value = scale × number.
///
/// scale = largest magnitude of the range ÷ largest number of the type, so that min-max clips nothing; number = weight ÷
/// scale, rounded and saturating. Scales of groups are f16, those of a channel or tensor f32, as of ``IntegerFormat``.
/// NaN stays NaN in the 8-bit types and is zero in the others; infinities become the largest number.
public struct MiniFloatFormat: LevelCoded {
    /// The type of the codes.
    public let type: MiniFloat

    static let all: [any NumericFormat] = [MiniFloat.e4m3, .e5m2, .e3m2, .e2m3, .e2m1].map(
        MiniFloatFormat.init)

    /// `fp8-e4m3`.
    public var name: String { "fp\(codeBits)-\(type.name)" }
    /// One line for a person who chooses.
    public var summary: String {
        "\(type.exponentBits) exponent and \(type.fractionBits) fraction bits up to ±\(type.largest), with a scale"
    }
    /// Small floating point.
    public var family: FormatFamily { .smallFloatingPoint }
    /// 4, 6 or 8.
    public var codeBits: Int { type.codeBits }
    /// Channel first; then tensor and groups.
    public var granularities: [Granularity] {
        [.channel, .tensor] + Granularity.groupSizes.map(Granularity.group)
    }
    /// Rules that need no search.
    public var rangeRules: [RangeRule] { [.minMax, .percentile(99.9), .clip(0.9)] }
    /// Activations stay floating point.
    public var activations: [String] { ["float"] }
    /// Sign and magnitude.
    public var isSymmetric: Bool { true }
    /// The scale is rounded.
    public var keepsItsValues: Bool { false }

    var levels: [Float] { type.values }

    func groupSize(_ shape: MatrixShape, _ encoding: LayerEncoding) -> Int {
        if case .group(let size) = encoding.granularity { size } else { shape.columns }
    }

    func scaleByteCount(_ encoding: LayerEncoding) -> Int {
        switch encoding.granularity {
        case .group: 2
        case .tensor: 0
        case .channel, .fixed: 4
        }
    }

    func tensorBits(_ encoding: LayerEncoding) -> Int { encoding.granularity == .tensor ? 32 : 0 }

    func scale(_ bytes: UnsafeRawBufferPointer, _ context: RowContext) -> Float {
        switch bytes.count {
        case 0: context.parameters.scale
        case 2: bytes.loadHalf(fromByteOffset: 0)
        default: bytes.loadSingle(fromByteOffset: 0)
        }
    }

    /// The scale of a per-tensor grid; nothing for finer ones.
    public func parameters(
        of source: FloatMatrix, encoding: LayerEncoding, cancellation: Cancellation
    ) throws(KernelError) -> TensorParameters {
        var parameters = TensorParameters()
        guard encoding.granularity == .tensor else { return parameters }
        parameters.scale = scale(
            over: try source.range(rule: encoding.rangeRule, cancellation: cancellation), encoding)
        return parameters
    }

    private func scale(over range: RangeSearch.Range, _ encoding: LayerEncoding) -> Float {
        let scale = max(-range.lower, range.upper) / type.largest
        if case .group = encoding.granularity { return scale.heldAsHalf }
        return (scale * type.largest).isFinite ? scale : scale.nextDown
    }

    func encode(
        group values: UnsafeBufferPointer<Float>, _ context: RowContext, codes: UnsafeMutablePointer<UInt16>,
        scale scaleBytes: UnsafeMutableRawBufferPointer
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
        let (type, rounding) = (type, context.encoding.rounding)
        for (index, value) in values.enumerated() {
            codes[index] = scale == 0 ? 0 : UInt16(type.code(value / scale, rounding: rounding))
        }
    }

    /// Half a unit in the last place, half the smallest number, and what an f16 scale adds.
    public func worstError(of value: Float, largest: Float) -> Float {
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
