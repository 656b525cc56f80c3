/// How a packed matrix is multiplied: what becomes of the activations, and the register in which products of codes are
/// summed.
///
/// It changes no packed byte: one matrix can be multiplied in several ways, and a ``LayerOperator`` joins it with one of
/// them. The scheme's name is resolved in ``ActivationCatalogue``.
///
///     let arithmetic = Arithmetic(activation: "int8-token", accumulator: Accumulator(bits: 24, overflow: .saturate))
public struct Arithmetic: Hashable, Sendable {
    /// Name of the activation scheme in ``ActivationCatalogue``, such as `float` or `int8-token`.
    public var activation: String
    /// The range of activations that a static scheme takes from calibration; nil for schemes that find it in each token.
    public var range: ActivationRange?
    /// The register in which products of codes are summed.
    public var accumulator: Accumulator

    /// f32 activations and decoded weights.
    public static let float = Arithmetic()

    /// Makes an arithmetic; the format's own default is `format.defaultArithmetic`.
    public init(
        activation: String = "float", range: ActivationRange? = nil, accumulator: Accumulator = .wide
    ) {
        self.activation = activation
        self.range = range
        self.accumulator = accumulator
    }
}

extension NumericFormat {
    /// The first of the format's activation schemes, with a register of 32 bits.
    public var defaultArithmetic: Arithmetic { Arithmetic(activation: activations.first ?? "float") }

    /// Checks that matrices in this format can be multiplied in a way.
    ///
    /// - Throws: ``KernelError/unknownName(_:)`` for a scheme that the catalogue lacks, ``KernelError/unsupported(_:)`` for
    ///   an integer scheme with weights that have no whole-number codes, or for a width that no register has.
    public func check(_ arithmetic: Arithmetic) throws(KernelError) {
        _ = try scheme(of: arithmetic)
    }

    /// The scheme that an arithmetic names, checked as ``check(_:)`` does.
    func scheme(of arithmetic: Arithmetic) throws(KernelError) -> any ActivationScheme {
        let scheme = try ActivationCatalogue.scheme(named: arithmetic.activation)
        guard scheme.codeBits == nil || self is any IntegerCoded else {
            throw .unsupported(
                "\(name) weights have no whole-number codes: use the activation scheme float, not \(scheme.name)."
            )
        }
        guard Accumulator.widths.contains(arithmetic.accumulator.bits) else {
            throw .unsupported(
                "An accumulator has \(Accumulator.widths) bits, not \(arithmetic.accumulator.bits).")
        }
        guard arithmetic.range == nil || scheme.takesRange else {
            throw .unsupported(
                "\(scheme.name) finds the range of activations in each token: leave the calibrated range out."
            )
        }
        return scheme
    }
}
