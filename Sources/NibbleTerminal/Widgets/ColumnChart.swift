/// Columns of eighth blocks: a histogram that stands on its base line or hangs from it.
///
/// A hanging column's end is drawn in reverse video, as there are no eighths that fill from above.
public struct ColumnChart: Widget {
    /// One column, one cell wide.
    public struct Column: Hashable, Sendable {
        /// The height as a share of the rectangle, 0…1; NaN draws nothing.
        public var value: Double
        /// The colour.
        public var color: Color

        /// A column of `value` times the height.
        public init(_ value: Double, _ color: Color) {
            self.value = value
            self.color = color
        }
    }

    /// Where the columns start.
    public enum Direction: Hashable, Sendable {
        /// They stand on the bottom row.
        case upwards
        /// They hang from the top row.
        case downwards
    }

    /// The columns from left to right; those beyond the rectangle are left out.
    public var columns: [Column]
    /// Whether they stand or hang.
    public var direction: Direction
    /// Whether they are the second of two series, hatched where there is no colour.
    public var isSecond: Bool

    /// A chart of columns that stand or hang.
    public init(columns: [Column], direction: Direction = .upwards, isSecond: Bool = false) {
        self.columns = columns
        self.direction = direction
        self.isSecond = isSecond
    }

    /// The style of a cell that a column fills in part: where a bar behind it fills most of the rest, that bar's colour
    /// is the ground, as a cell has but two colours.
    private func style(_ style: Style, of part: Int, over cell: Cell) -> Style {
        guard part < 8, let behind = Blocks.lowerEighths(of: cell.text), 2 * (behind - part) >= 8 - part
        else {
            return style
        }
        return style.on(cell.style.foreground).highlight
    }

    /// Draws the columns; cells without a bar stay as they are (grid lines, tints).
    public func draw(in canvas: inout Canvas, rect: Rect, theme: Theme) {
        for (index, column) in columns.prefix(rect.width).enumerated() {
            let eighths = Blocks.eighths(column.value, cells: rect.height)
            let style = Style(foreground: column.color, attributes: isSecond ? .hatch : [])
            for step in 0..<rect.height {
                let part = min(8, eighths - step * 8)
                guard part > 0 else { break }
                let x = rect.x + index
                switch direction {
                case .upwards:
                    let point = Point(x, rect.bottom - 1 - step)
                    canvas.put(Blocks.lower(part), point, self.style(style, of: part, over: canvas[point]))
                case .downwards:
                    let style = part == 8 ? style : style.reverse
                    let glyph = part == 8 ? Blocks.lower(8) : Blocks.lower(8 - part)
                    canvas.put(glyph, Point(x, rect.y + step), style)
                }
            }
        }
    }
}

/// A row of columns one cell high: the course of a quantity.
public struct Sparkline: Widget {
    /// Heights 0…1, the last at the right end; NaN leaves a gap.
    public var values: [Double]
    /// One colour, or nil for the judgement ramp by height.
    public var color: Color?

    /// A line of the latest values that fit.
    public init(values: [Double], color: Color? = nil) {
        self.values = values
        self.color = color
    }

    /// Draws the latest values over the whole height of `rect`.
    public func draw(in canvas: inout Canvas, rect: Rect, theme: Theme) {
        let columns = values.suffix(rect.width).map {
            ColumnChart.Column($0, color ?? theme.ramp($0))
        }
        ColumnChart(columns: columns).draw(in: &canvas, rect: rect, theme: theme)
    }
}

/// A row of cells coloured by the heat of their values; the highest also carry a mark, so that colour is not
/// the only sign.
public struct HeatRow: Widget {
    /// Values 0…1, stretched over the rectangle; NaN leaves a gap.
    public var values: [Double]

    /// A heat row of values.
    public init(values: [Double]) { self.values = values }

    /// Draws the largest value of each column's share of the values.
    public func draw(in canvas: inout Canvas, rect: Rect, theme: Theme) {
        guard !values.isEmpty else { return }
        for column in 0..<rect.width {
            let start = column * values.count / rect.width
            let end = max(start + 1, (column + 1) * values.count / rect.width)
            guard let value = values[start..<min(end, values.count)].filter({ !$0.isNaN }).max() else {
                continue
            }
            let color = theme.heat(value)
            let style = Style(foreground: theme.ink(on: color), background: color)
            let mark = Rect(rect.x + column, rect.y, 1, rect.height)
            canvas.fill(mark, style: style, with: value >= 0.9 ? "▪" : " ")
        }
    }
}
