/// The 16 ANSI colours by their role: their exact look is the terminal's, so lightness and hue decide.
enum ANSIColors {
    private static let hues: [(number: Int, direction: SIMD2<Double>)] = [
        (1, Color(0xDD4444)), (2, Color(0x44BB44)), (3, Color(0xDDCC44)), (4, Color(0x4477EE)),
        (5, Color(0xBB66DD)), (6, Color(0x44CCCC)), (3, Color(0xEE9944)),
    ].map { number, color in
        let lab = color.oklab
        return (number, direction(SIMD2(lab.y, lab.z)))
    }

    /// The number of the ANSI colour that plays the part of `color`.
    static func nearest(_ color: Color) -> Int {
        let lab = color.oklab
        let chroma = SIMD2(lab.y, lab.z)
        guard (chroma * chroma).sum() > 0.045 * 0.045, lab.x > 0.35 else { return grey(lab.x) }
        let unit = direction(chroma)
        let hue = hues.max { ($0.direction * unit).sum() < ($1.direction * unit).sum() }?.number ?? 7
        return lab.x > 0.72 ? hue + 8 : hue
    }

    private static func grey(_ lightness: Double) -> Int {
        switch lightness {
        case ..<0.38: 0
        case ..<0.68: 8
        case ..<0.9: 7
        default: 15
        }
    }

    private static func direction(_ vector: SIMD2<Double>) -> SIMD2<Double> {
        vector / max((vector * vector).sum().squareRoot(), 1e-9)
    }
}
