/// Where a list stands in its rows: a thumb over the border it scrolls beside.
public struct ScrollBar: Widget {
    /// All rows.
    public var total: Int
    /// Rows that are seen.
    public var visible: Int
    /// The first row seen.
    public var offset: Int

    /// The position of a list.
    public init(total: Int, visible: Int, offset: Int) {
        self.total = total
        self.visible = visible
        self.offset = offset
    }

    /// The first row that keeps `selected` in sight, moving as little as possible from `offset`.
    public static func offset(showing selected: Int, from offset: Int, visible: Int, total: Int) -> Int {
        guard visible > 0 else { return 0 }
        let least = selected - visible + 1
        return max(0, min(max(min(offset, selected), least), total - visible))
    }

    /// The thumb's first row and its rows, in a bar of `length` rows; nil when everything is seen.
    public func thumb(length: Int) -> (start: Int, length: Int)? {
        guard total > visible, visible > 0, length > 0 else { return nil }
        let size = max(1, min(length, length * visible / total))
        let room = length - size
        let position = min(max(offset, 0), total - visible)
        let start = (room * position * 2 + (total - visible)) / (2 * (total - visible))
        return (start, size)
    }

    /// Draws the thumb in the leftmost column of `rect`.
    public func draw(in canvas: inout Canvas, rect: Rect, theme: Theme) {
        draw(in: &canvas, rect: rect, theme: theme, thumb: theme.style(.blue))
    }

    func draw(in canvas: inout Canvas, rect: Rect, theme: Theme, thumb style: Style) {
        guard let thumb = thumb(length: rect.height) else { return }
        canvas.verticalLine(
            from: Point(rect.x, rect.y + thumb.start), length: thumb.length, style: style, character: "┃")
    }
}
