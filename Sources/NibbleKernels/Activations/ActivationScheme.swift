/// How activations are turned into codes before they meet the weights' codes.
public protocol ActivationScheme: Sendable {
    /// The name in plans, such as `int8-token`.
    var name: String { get }
    /// One line for a person who chooses.
    var summary: String { get }
    /// Bits of one code; nil when activations stay floating point.
    var codeBits: Int? { get }
    /// Values that share a scale; nil for a whole token.
    var blockSize: Int? { get }

    /// Whether codes lie within ±127.
    var isByteCoded: Bool { get }
    /// The magnitude from which on an activation's whole column is multiplied without codes; nil where there is none.
    var outlierThreshold: Float? { get }
    /// Whether activations stay floating point, but rounded by `round`.
    var roundsFloats: Bool { get }
    /// Whether the range of activations is given by an ``ActivationRange`` instead of found in each token.
    var takesRange: Bool { get }

    /// Quantizes one token: codes for all its values, and the scale of each block; activation ≈ scale × code.
    ///
    /// NaN becomes 0 and ±infinity an end of the codes; both are counted as non-finite.
    func quantize(
        _ token: UnsafeBufferPointer<Float>, codes: UnsafeMutableBufferPointer<Int16>,
        scales: UnsafeMutableBufferPointer<Float>, report: inout KernelReport)

    /// Rounds one token to the numbers that are multiplied; called where ``roundsFloats`` is true.
    func round(
        _ token: UnsafeBufferPointer<Float>, into values: UnsafeMutableBufferPointer<Float>,
        report: inout KernelReport)
}

extension ActivationScheme {
    /// False: loops over bytes run only for schemes that say that their codes fit.
    public var isByteCoded: Bool { false }
    /// None: every column is multiplied by codes.
    public var outlierThreshold: Float? { nil }
    /// False: floating-point activations are multiplied as they are given.
    public var roundsFloats: Bool { false }
    /// Dynamic schemes find their range in each token.
    public var takesRange: Bool { false }

    /// Copies them: never called where ``roundsFloats`` is false.
    public func round(
        _ token: UnsafeBufferPointer<Float>, into values: UnsafeMutableBufferPointer<Float>,
        report: inout KernelReport
    ) {
        _ = values.update(fromContentsOf: token)
    }
}

/// The list of all activation schemes.
public enum ActivationCatalogue {
    /// Every scheme, in the order in which lists show them.
    public static let all: [any ActivationScheme] =
        [
            FloatActivations(), Int8Activations(blockSize: nil), Int8Activations(blockSize: 32),
            FullRangeActivations(),
            SuperBlockActivations(), UnsignedActivations(), OutlierActivations(), Fp8Activations(),
        ]
        + (2...16).map { FixedPointActivations(bits: $0) }

    private static let byName = Dictionary(all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

    /// The scheme called `name`, in small or capital letters.
    ///
    /// - Throws: ``KernelError/unknownName(_:)`` with the nearest names if there is none.
    public static func scheme(named name: String) throws(KernelError) -> any ActivationScheme {
        if let scheme = byName[name.lowercased()] { return scheme }
        throw .unknownName(
            NameSuggestion.sentence(for: name, kind: "activation scheme", among: all.map(\.name)))
    }
}

/// Activations stay in f32; weights are decoded.
struct FloatActivations: ActivationScheme {
    var name: String { "float" }
    var summary: String { "f32 activations, decoded weights" }
    var codeBits: Int? { nil }
    var blockSize: Int? { nil }

    func quantize(
        _ token: UnsafeBufferPointer<Float>, codes: UnsafeMutableBufferPointer<Int16>,
        scales: UnsafeMutableBufferPointer<Float>, report: inout KernelReport
    ) {}
}
