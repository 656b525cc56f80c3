/// Chooses the numbers of a cell's two colours, so that what is drawn can be read.
///
/// With few colours different colours become the same number, and some pairs of numbers can't be told apart on any
/// screen (blue on black). So foregrounds are chosen for their ground.
struct PaletteMapping {
    /// Colour numbers of a cell; -1 is the terminal's own.
    struct Numbers: Hashable {
        var foreground: Int32
        var background: Int32
    }

    private struct Key: Hashable {
        var foreground: Color?
        var background: Color?
        var ground: Color?
        var isPicture = false
    }

    let depth: ColorDepth
    private var known: [Key: Numbers] = [:]

    init(depth: ColorDepth) { self.depth = depth }

    /// The numbers of a cell's colours; nil where there are no colours.
    ///
    /// - Parameter ground: The colour behind everything that says nothing by its ground.
    mutating func numbers(of cell: Cell, ground: Color?) -> Numbers? {
        guard depth != .none else { return nil }
        let style = cell.style
        let saysSomething = style.attributes.contains(.highlight)
        // Blanks have no foreground: fewer pairs are needed without it.
        let isBlank = cell.text == " " && style.attributes.intersection(.drawn).isEmpty
        let key = Key(
            foreground: isBlank ? nil : style.foreground, background: style.background,
            ground: saysSomething ? ground : nil, isPicture: style.attributes.contains(.picture))
        if let numbers = known[key] { return numbers }
        let background = background(style.background, mustDifferFrom: key.ground)
        let foreground =
            isBlank
            ? -1 : foreground(style.foreground, on: key.isPicture ? -1 : background, style.background)
        if known.count > 20_000 { known.removeAll() }
        let numbers = Numbers(foreground: foreground, background: background)
        known[key] = numbers
        return numbers
    }

    private func background(_ color: Color?, mustDifferFrom ground: Color?) -> Int32 {
        guard let color, let number = depth.number(of: color) else { return -1 }
        guard let ground, number == depth.number(of: ground) else { return Int32(number) }
        // With many colours the ground itself may be what stands out: the chosen tab in the header.
        if color == ground, depth != .eight, depth != .sixteen { return Int32(number) }
        return Int32(depth.contrastingGround(to: ground))
    }

    private func foreground(_ color: Color?, on background: Int32, _ ground: Color?) -> Int32 {
        guard let color, let number = depth.number(of: color) else { return -1 }
        guard background >= 0, color != ground else { return Int32(number) }
        return Int32(depth.readable(number, standingFor: color, on: Int(background), ground))
    }
}
