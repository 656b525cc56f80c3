extension Unicode.Scalar {
    /// The columns a terminal gives this character: 2 for East Asian wide and emoji, 0 for marks that combine
    /// with the one before and for invisible format characters, else 1.
    ///
    /// The wide ranges are Unicode's; ambiguous ones count as 1. Controls count as 0: they are never drawn.
    public var columns: Int {
        if value < 0x300 { return isControl || value == 0xAD ? 0 : 1 }
        if combines || isInvisible { return 0 }
        return value >= 0x1100 && Self.isWide(value) ? 2 : 1
    }

    /// A mark drawn in the cell of the character before it (also the vowels and finals of a Hangul syllable).
    var combines: Bool {
        if value < 0x300 { return false }
        if (0x1160...0x11FF).contains(value) { return true }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return true
        default: return false
        }
    }

    /// A character without a shape of its own, or whose shape and width no terminal agrees on: format and
    /// bidirectional characters, separators, private use, surrogates, unassigned.
    var isInvisible: Bool {
        switch properties.generalCategory {
        case .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: true
        default: false
        }
    }

    /// C0, DEL and C1.
    var isControl: Bool { value < 0x20 || (0x7F..<0xA0).contains(value) }

    private static func isWide(_ value: UInt32) -> Bool {
        var low = 0
        var high = wideRanges.count
        while low < high {
            let middle = (low + high) / 2
            if wideRanges[middle].contains(value) { return true }
            if value < wideRanges[middle].lowerBound { high = middle } else { low = middle + 1 }
        }
        return false
    }
}
