/// A place in a base16 or base24 scheme.
public enum Slot: Int, CaseIterable, Hashable, Sendable {
    /// The background.
    case background = 0x0
    /// The footer's background.
    case lighterBackground = 0x1
    /// The header's and the chosen row's background, rules and tracks.
    case selection = 0x2
    /// Frames.
    case frame = 0x3
    /// Ticks.
    case tick = 0x4
    /// Text.
    case text = 0x5
    /// Light text.
    case lightText = 0x6
    /// The lightest text.
    case lightestText = 0x7
    /// Clipped, over, overflow, worse.
    case red = 0x8
    /// Warning, near a limit, first split.
    case orange = 0x9
    /// The plan, its cursor and its keys.
    case yellow = 0xA
    /// Good, fits, on the front.
    case green = 0xB
    /// The low end of an error.
    case cyan = 0xC
    /// The original, and focus.
    case blue = 0xD
    /// Hand-made mixes and jobs.
    case purple = 0xE
    /// Anything else.
    case brown = 0xF
}

/// A base16 or base24 colour scheme, and the roles nibble draws with.
///
/// The roles (text levels, judgement, bits) are those of the visual rules: a scheme gives the sixteen slots, the
/// roles are computed from them, so that any public scheme can be used.
public struct Theme: Hashable, Sendable {
    /// The scheme's name, safe to draw.
    public let name: String
    /// Who made it, safe to draw; may be empty.
    public let author: String
    /// `dark` or `light`, from the scheme or, where it says nothing, from its background.
    public let isLight: Bool
    private let palette: [Color]

    /// A theme from at least sixteen colours, base00 first; nil when there are fewer.
    public init?(name: String, author: String = "", isLight: Bool? = nil, palette: [Color]) {
        guard palette.count >= 16 else { return nil }
        self.init(checkedName: name, author: author, isLight: isLight, palette: palette)
    }

    init(checkedName name: String, author: String, isLight: Bool?, palette: [Color]) {
        self.name = name
        self.author = author
        self.palette = palette
        self.isLight = isLight ?? (palette[0].relativeLuminance > palette[5].relativeLuminance)
    }

    /// The colour of a slot.
    public subscript(_ slot: Slot) -> Color { palette[slot.rawValue] }

    /// Slot `first` with a share of slot `second` mixed in: mix(5, 0, 15 %) is `mix(.text, .background, 0.15)`.
    public func mix(_ first: Slot, _ second: Slot, _ fraction: Double) -> Color {
        self[first].mixed(with: self[second], fraction)
    }

    /// A slot's colour as a tint of the background: `tint(.red, 0.1)` is one tenth red.
    public func tint(_ slot: Slot, _ fraction: Double) -> Color { mix(.background, slot, fraction) }
}
