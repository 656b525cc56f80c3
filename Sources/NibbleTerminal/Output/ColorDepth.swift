/// How many colours a terminal can show, and how a theme's colours become its colour numbers.
public enum ColorDepth: Hashable, Sendable {
    /// No colour at all, only attributes (NO_COLOR, or a terminal without colours).
    case none
    /// The 8 ANSI colours.
    case eight
    /// The 16 ANSI colours, whose look the terminal decides.
    case sixteen
    /// The cube and the greys of the 256 colours; the first 16 are left alone, as themes of terminals change them.
    case indexed
    /// Red, green and blue as a number.
    case direct

    /// The depth for an environment and what the terminal's description offers.
    ///
    /// - Parameters:
    ///   - colors: The number of colours of the terminal's description.
    ///   - isDirect: True when that description takes colours as red, green and blue.
    public static func choose(environment: [String: String], colors: Int, isDirect: Bool) -> ColorDepth {
        if let value = environment["NO_COLOR"], !value.isEmpty { return .none }
        if isDirect { return .direct }
        if colors >= 256 { return .indexed }
        if colors >= 16 { return .sixteen }
        return colors >= 8 ? .eight : .none
    }

    /// The terminal's number for a colour, or nil where there is no colour.
    public func number(of color: Color) -> Int? {
        switch self {
        case .none: nil
        case .eight: ANSIColors.nearest(color) & 7
        case .sixteen: ANSIColors.nearest(color)
        case .indexed: IndexedColors.nearest(color)
        // In direct mode 0…7 still are the ANSI colours: the darkest blues move up to 8.
        case .direct: color.value < 8 ? (color.value == 0 ? 0x000008 : 8) : Int(color.value)
        }
    }
}

/// The 240 fixed entries of the 256 colours: a cube of 6×6×6 and 24 greys, as xterm defines them.
enum IndexedColors {
    /// The colours of the numbers 16…255.
    static let palette: [Color] = {
        let levels: [UInt8] = [0, 95, 135, 175, 215, 255]
        let cube = levels.flatMap { red in
            levels.flatMap { green in levels.map { Color(red: red, green: green, blue: $0) } }
        }
        return cube + (0..<24).map { Color(red: 8 + 10 * $0, green: 8 + 10 * $0, blue: 8 + 10 * $0) }
    }()

    private static let coordinates = palette.map(\.oklab)

    /// The number whose colour looks most like `color`, by distance in Oklab.
    static func nearest(_ color: Color) -> Int {
        let target = color.oklab
        var best = 0
        var least = Double.infinity
        for (index, candidate) in coordinates.enumerated() {
            let difference = candidate - target
            let distance = (difference * difference).sum()
            if distance < least {
                least = distance
                best = index
            }
        }
        return best + 16
    }
}

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
