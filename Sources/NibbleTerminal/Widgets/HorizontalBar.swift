/// A quantity as a bar of eighth blocks in one row.
public struct HorizontalBar: Widget {
    /// Which end the bar starts from.
    public enum Direction: Hashable, Sendable {
        /// It grows from left to right.
        case rightwards
        /// It grows from right to left (the left half of a mirrored pair).
        case leftwards
    }

    /// How a bar is coloured.
    public enum Fill: Hashable, Sendable {
        /// One colour.
        case color(Color)
        /// The judgement ramp along the bar's track: position decides the colour (the heat of an error).
        case ramp
    }

    /// The length as a share of the rectangle, 0…1; NaN draws nothing.
    public var value: Double
    /// The colour.
    public var fill: Fill
    /// The end it starts from.
    public var direction: Direction
    /// The track's background, or nil to leave what is there.
    public var track: Color?

    /// A bar of `value` times the width.
    public init(value: Double, fill: Fill, direction: Direction = .rightwards, track: Color? = nil) {
        self.value = value
        self.fill = fill
        self.direction = direction
        self.track = track
    }

    /// Draws the bar in every row of `rect`.
    public func draw(in canvas: inout Canvas, rect: Rect, theme: Theme) {
        if let track { canvas.fill(rect, style: Style(background: track)) }
        let eighths = Blocks.eighths(value, cells: rect.width)
        for column in 0..<rect.width {
            let part = min(8, eighths - column * 8)
            guard part > 0 else { break }
            let x = direction == .rightwards ? rect.x + column : rect.right - 1 - column
            let style = Style(foreground: color(column, of: rect.width, theme))
            for y in rect.y..<rect.bottom {
                switch direction {
                case .rightwards: canvas.put(Blocks.left(part), Point(x, y), style)
                case .leftwards:
                    let isFull = part == 8
                    canvas.put(
                        Blocks.left(isFull ? 8 : 8 - part), Point(x, y), isFull ? style : style.reverse)
                }
            }
        }
    }

    private func color(_ column: Int, of width: Int, _ theme: Theme) -> Color {
        switch fill {
        case .color(let color): color
        case .ramp: theme.ramp((Double(column) + 0.5) / Double(max(1, width)))
        }
    }
}

/// The eighth blocks.
enum Blocks {
    private static let lefts: [Glyph] = " ▏▎▍▌▋▊▉█".map { Glyph(text: String($0), width: 1) }
    private static let lowers: [Glyph] = " ▁▂▃▄▅▆▇█".map { Glyph(text: String($0), width: 1) }

    /// The left `eighths` of a cell, 0…8.
    static func left(_ eighths: Int) -> Glyph { lefts[min(max(eighths, 0), 8)] }
    /// The lower `eighths` of a cell, 0…8.
    static func lower(_ eighths: Int) -> Glyph { lowers[min(max(eighths, 0), 8)] }

    /// How much of its cell a lower block fills, in eighths; nil for what is none.
    static func lowerEighths(of text: String) -> Int? { lowers.dropFirst().firstIndex { $0.text == text } }

    /// A share of `cells` in eighths of a cell: at least one for anything above nothing.
    static func eighths(_ value: Double, cells: Int) -> Int {
        guard value > 0, cells > 0 else { return 0 }
        return max(1, Int((min(value, 1) * Double(cells) * 8).rounded()))
    }
}
