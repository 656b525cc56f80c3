/// The grid of a layer's activations, found once by calibration: activation ≈ scale · (code − zeroPoint).
///
/// One scale and zero point serve all columns, or each column (input channel) has its own.
public struct ActivationRange: Hashable, Sendable {
    /// One scale, or one for each column; each finite and above 0, in units of the activation.
    public let scales: [Float]
    /// The code of 0, as many as there are scales.
    public let zeroPoints: [Int32]

    /// Makes a range.
    ///
    /// - Throws: ``KernelError/unsupported(_:)`` for a scale that isn't finite and above 0,
    ///   ``KernelError/shapeMismatch(_:)`` for no scale or another number of zero points.
    public init(scales: [Float], zeroPoints: [Int32]) throws(KernelError) {
        guard !scales.isEmpty, scales.count == zeroPoints.count else {
            throw .shapeMismatch(
                "\(zeroPoints.count) zero points cannot belong to \(scales.count) activation scales: give one for each."
            )
        }
        if let wrong = scales.first(where: { !($0 > 0 && $0 < .infinity) }) {
            throw .unsupported("An activation scale must be finite and above 0, not \(wrong).")
        }
        self.scales = scales
        self.zeroPoints = zeroPoints
    }

    /// One scale and zero point for all columns.
    ///
    /// - Throws: as ``init(scales:zeroPoints:)``.
    public init(scale: Float, zeroPoint: Int32 = 0) throws(KernelError) {
        try self.init(scales: [scale], zeroPoints: [zeroPoint])
    }

    /// Checks that there is one scale, or one for each of `columns`.
    func check(columns: Int) throws(KernelError) {
        guard scales.count == 1 || scales.count == columns else {
            throw .shapeMismatch(
                "\(scales.count) activation scales cannot belong to \(columns) columns: give one, or one for each."
            )
        }
    }
}
