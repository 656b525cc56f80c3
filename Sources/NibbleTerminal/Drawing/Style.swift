/// Bold, underlined and the other ways of drawing a character that need no colour.
public struct Attributes: OptionSet, Hashable, Sendable {
    /// One bit for each attribute.
    public let rawValue: UInt8

    /// The attributes whose bits are set.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Heavier strokes.
    public static let bold = Attributes(rawValue: 1)
    /// Slanted, where the terminal can.
    public static let italic = Attributes(rawValue: 2)
    /// A line below.
    public static let underline = Attributes(rawValue: 4)
    /// Foreground and background change places.
    public static let reverse = Attributes(rawValue: 8)
    /// Fainter.
    public static let dim = Attributes(rawValue: 16)
    /// The ground says something (chosen, under the cursor): where colours can't show it, reverse video does.
    public static let highlight = Attributes(rawValue: 32)
    /// A bar of the second of two series: where there is no colour, it is hatched.
    public static let hatch = Attributes(rawValue: 64)
    /// Both colours are pixels of a picture: they are not changed to be read.
    public static let picture = Attributes(rawValue: 128)

    /// Those that every terminal is sent; the others say what a cell means.
    static let drawn: Attributes = [.bold, .italic, .underline, .reverse, .dim]
}

/// The colours and attributes that a cell is drawn with.
///
/// A colour that is nil leaves what is below as it is when drawn on a canvas, so text can be written over a
/// row's or a region's background without knowing it.
public struct Style: Hashable, Sendable {
    /// The colour of the character, or nil to keep the one below.
    public var foreground: Color?
    /// The colour behind the character, or nil to keep the one below.
    public var background: Color?
    /// Bold, underline and so on; these replace what is below.
    public var attributes: Attributes

    /// A style; without arguments it changes no colour and has no attributes.
    public init(
        foreground: Color? = nil, background: Color? = nil, attributes: Attributes = []
    ) {
        self.foreground = foreground
        self.background = background
        self.attributes = attributes
    }

    /// The style with bold added.
    public var bold: Style { adding(.bold) }
    /// The style with italic added.
    public var italic: Style { adding(.italic) }
    /// The style with underline added.
    public var underline: Style { adding(.underline) }
    /// The style with reverse video added.
    public var reverse: Style { adding(.reverse) }

    /// The style with a ground that says something, also where there are no colours.
    public var highlight: Style { adding(.highlight) }

    /// The style with `attributes` added.
    public func adding(_ attributes: Attributes) -> Style {
        var style = self
        style.attributes.formUnion(attributes)
        return style
    }

    /// The style on another background.
    public func on(_ background: Color?) -> Style {
        var style = self
        style.background = background
        return style
    }

    /// The style in another colour.
    public func colored(_ foreground: Color?) -> Style {
        var style = self
        style.foreground = foreground
        return style
    }

    /// This style drawn over `below`: missing colours come from there, with the ground what it says.
    public func over(_ below: Style) -> Style {
        Style(
            foreground: foreground ?? below.foreground, background: background ?? below.background,
            attributes: background == nil
                ? attributes.union(below.attributes.intersection(.highlight)) : attributes)
    }
}
