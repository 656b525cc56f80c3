/// Everything that determines the bytes and the arithmetic of one quantized layer.
///
/// Two layers with the same source weights and equal encodings have equal packed bytes and equal outputs.
/// Names of formats and schemes are resolved in ``FormatCatalogue`` and ``ActivationCatalogue``.
public struct LayerEncoding: Hashable, Sendable {
    /// Name of the weight format in ``FormatCatalogue``, such as `int4` or `q8_0`.
    public var format: String
    /// How many weights share one scale.
    public var granularity: Granularity
    /// How the range of the grid is chosen from the weights.
    public var rangeRule: RangeRule
    /// How a weight ÷ scale becomes a code.
    public var rounding: RoundingMode
    /// Name of the activation scheme in ``ActivationCatalogue``, such as `float` or `int8-token`.
    public var activation: String
    /// The register in which products of codes are summed.
    public var accumulator: Accumulator

    /// Makes an encoding; the format's own defaults are `format.defaultEncoding`.
    public init(
        format: String, granularity: Granularity = .channel, rangeRule: RangeRule = .minMax,
        rounding: RoundingMode = .halfToEven, activation: String = "float", accumulator: Accumulator = .wide
    ) {
        self.format = format
        self.granularity = granularity
        self.rangeRule = rangeRule
        self.rounding = rounding
        self.activation = activation
        self.accumulator = accumulator
    }
}
