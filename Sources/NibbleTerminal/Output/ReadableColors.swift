extension ColorDepth {
    /// A ground that stands out from another where both have become one number.
    func contrastingGround(to ground: Color) -> Int {
        let isLight = ground.relativeLuminance > 0.2
        switch self {
        case .eight, .sixteen: return isLight ? 0 : 7
        default: return isLight ? 250 : 240
        }
    }

    /// The number for a foreground that can be read on a ground: its own, or the nearest that can.
    ///
    /// - Parameters:
    ///   - number: The number of the colour when nothing is behind it.
    ///   - color: The colour.
    ///   - background: The number of the ground.
    ///   - ground: The colour of the ground.
    func readable(_ number: Int, standingFor color: Color, on background: Int, _ ground: Color?) -> Int {
        switch self {
        case .none, .direct: number
        case .eight, .sixteen:
            ANSIColors.readable(number, on: background, hasBright: self == .sixteen)
        case .indexed: IndexedColors.readable(number, standingFor: color, on: background, ground)
        }
    }
}

extension ANSIColors {
    /// Two common looks of the 16 colours: that of the VGA text mode, which the Linux console keeps, and xterm's.
    static let looks: [[Color]] = [
        [
            0x000000, 0xAA0000, 0x00AA00, 0xAA5500, 0x0000AA, 0xAA00AA, 0x00AAAA, 0xAAAAAA,
            0x555555, 0xFF5555, 0x55FF55, 0xFFFF55, 0x5555FF, 0xFF55FF, 0x55FFFF, 0xFFFFFF,
        ].map { Color($0) },
        [
            0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
            0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
        ].map { Color($0) },
    ]

    /// The contrast of two numbers in that of the common looks where it is lower.
    static func contrast(_ first: Int, _ second: Int) -> Double {
        looks.map { $0[first].contrast(to: $0[second]) }.min() ?? 1
    }

    /// What is left as legible: WCAG's 3:1 for signs and large text, a little less where there are but eight colours,
    /// of which red on black has 2.7.
    static func leastContrast(hasBright: Bool) -> Double { hasBright ? 3 : 2.5 }

    /// Numbers whose look is near, the nearest first; then black and white.
    private static let relatives: [[Int]] = [
        [8], [9, 5], [10], [11], [12, 6], [13], [14], [15],
        [7], [1], [2], [3], [4, 14], [5], [6, 4], [7],
    ]

    static func readable(_ number: Int, on background: Int, hasBright: Bool) -> Int {
        let least = leastContrast(hasBright: hasBright)
        let extremes = contrast(0, background) > contrast(7, background) ? [0] : [7, hasBright ? 15 : 7]
        let candidates = [number] + relatives[number].filter { hasBright || $0 < 8 } + extremes
        return candidates.first { contrast($0, background) >= least }
            ?? extremes.max { contrast($0, background) < contrast($1, background) } ?? number
    }
}

extension IndexedColors {
    /// The least contrast that shows there is anything at all.
    private static let faintest = 1.1

    /// The nearest number that keeps most of the contrast that the colours have, up to WCAG's 3:1.
    static func readable(_ number: Int, standingFor color: Color, on background: Int, _ ground: Color?) -> Int
    {
        guard background >= 16, number >= 16 else { return number }
        let behind = palette[background - 16]
        let wanted = max(faintest, min(3, color.contrast(to: ground ?? behind)))
        guard palette[number - 16].contrast(to: behind) < wanted else { return number }
        let target = color.oklab
        let legible = palette.indices.filter { palette[$0].contrast(to: behind) >= wanted }
        let nearest = legible.min { first, second in
            distance(of: first, to: target) < distance(of: second, to: target)
        }
        return nearest.map { $0 + 16 } ?? number
    }
}
