/// How one matrix is stored: everything that determines its packed bytes, and nothing else.
///
/// Two matrices with the same source weights and equal storage have equal packed bytes, however they are multiplied:
/// that is said by an ``Arithmetic``. The format's name is resolved in ``FormatCatalogue``.
///
///     let storage = StorageEncoding(format: "int4", granularity: .group(32), rangeRule: .meanSquaredError)
///     let packed = try PackedMatrix.encode(weights, encoding: storage)
public struct StorageEncoding: Hashable, Sendable {
    /// Name of the weight format in ``FormatCatalogue``, such as `int4` or `q8_0`.
    public var format: String
    /// How many weights share one scale.
    public var granularity: Granularity
    /// How the range of the grid is chosen from the weights.
    public var rangeRule: RangeRule
    /// How a weight ÷ scale becomes a code.
    public var rounding: RoundingMode

    /// Makes an encoding; the format's own defaults are `format.defaultEncoding`.
    public init(
        format: String, granularity: Granularity = .channel, rangeRule: RangeRule = .minMax,
        rounding: RoundingMode = .halfToEven
    ) {
        self.format = format
        self.granularity = granularity
        self.rangeRule = rangeRule
        self.rounding = rounding
    }
}
