/// What one cell (or two) can show: a base character with at most four combining marks.
///
/// This is the unit that every terminal and ncurses agree on. Longer clusters are split, which keeps columns
/// straight where terminals differ: joined emoji stand side by side, flags become their two letters.
public struct Glyph: Hashable, Sendable {
    /// The characters.
    public let text: String
    /// Columns, 1 or 2.
    public let width: Int

    static let space = Glyph(text: " ", width: 1)
    static let ellipsis = Glyph(text: "…", width: 1)
    private static let standIn = Glyph(text: "·", width: 1)
    private static let ascii: [Glyph] = (0..<128).map {
        Glyph(text: String(Character(Unicode.Scalar(UInt8($0)))), width: 1)
    }

    /// The glyphs of a text of any origin; controls and invisible characters become visible stand-ins.
    ///
    /// Newline is `↵`, tab `⇥`, other C0 controls their pictures (`␛`), C1, bidirectional and zero-width
    /// characters and marks with nothing to stand on are `·`. Variation selectors, skin tones after an emoji and
    /// joiners between emoji vanish.
    public static func glyphs(of text: String) -> [Glyph] {
        var result: [Glyph] = []
        result.reserveCapacity(text.utf8.count)
        var marks = 0
        for scalar in text.unicodeScalars {
            if scalar.value >= 0x20, scalar.value < 0x7F {
                result.append(ascii[Int(scalar.value)])
                marks = 0
            } else if scalar.combines {
                combine(scalar, &result, &marks)
            } else if !vanishes(scalar, after: result.last) {
                result.append(glyph(scalar))
                marks = 0
            }
        }
        return result
    }

    private static func combine(_ mark: Unicode.Scalar, _ glyphs: inout [Glyph], _ marks: inout Int) {
        if (0xFE00...0xFE0F).contains(mark.value) || (0xE0100...0xE01EF).contains(mark.value) { return }
        guard let base = glyphs.last, base != standIn else {
            glyphs.append(standIn)
            return
        }
        guard marks < 4 else { return }
        var text = base.text
        text.unicodeScalars.append(mark)
        glyphs[glyphs.count - 1] = Glyph(text: text, width: base.width)
        marks += 1
    }

    private static func vanishes(_ scalar: Unicode.Scalar, after last: Glyph?) -> Bool {
        let joinsEmoji = scalar.value == 0x200D || (0x1F3FB...0x1F3FF).contains(scalar.value)
        return joinsEmoji && last?.text.unicodeScalars.first?.properties.isEmoji == true && last?.width == 2
    }

    private static func glyph(_ scalar: Unicode.Scalar) -> Glyph {
        switch scalar.value {
        case 0x0A: return Glyph(text: "↵", width: 1)
        case 0x09: return Glyph(text: "⇥", width: 1)
        case 0x7F: return Glyph(text: "␡", width: 1)
        case 0..<0x20: return Glyph(text: picture(0x2400 + scalar.value), width: 1)
        case 0x1F1E6...0x1F1FF: return ascii[Int(scalar.value - 0x1F1E6) + 0x41]
        case 0xA0: return space
        default:
            let width = scalar.columns
            return width == 0 ? standIn : Glyph(text: String(Character(scalar)), width: width)
        }
    }

    private static func picture(_ value: UInt32) -> String {
        Unicode.Scalar(value).map { String(Character($0)) } ?? "·"
    }
}
