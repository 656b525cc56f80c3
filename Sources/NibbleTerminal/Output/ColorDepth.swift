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
        let best = palette.indices.min { distance(of: $0, to: target) < distance(of: $1, to: target) }
        return (best ?? 0) + 16
    }

    /// The square of the distance in Oklab between an entry and a colour.
    static func distance(of index: Int, to target: SIMD3<Double>) -> Double {
        let difference = coordinates[index] - target
        return (difference * difference).sum()
    }
}
