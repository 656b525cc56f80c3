/// A place on the screen: column and row, counted from 0 at the top left.
public struct Point: Hashable, Sendable {
    /// The column, 0 at the left.
    public var x: Int
    /// The row, 0 at the top.
    public var y: Int

    /// The cell in column `x` of row `y`.
    public init(_ x: Int, _ y: Int) {
        self.x = x
        self.y = y
    }
}

/// A number of columns and rows; never negative.
public struct Size: Hashable, Sendable {
    /// Columns.
    public var width: Int
    /// Rows.
    public var height: Int

    /// `width` columns by `height` rows; negative counts become 0.
    public init(_ width: Int, _ height: Int) {
        self.width = max(0, width)
        self.height = max(0, height)
    }
}

/// A rectangle of cells; its width and height are never negative.
public struct Rect: Hashable, Sendable {
    /// The leftmost column.
    public let x: Int
    /// The topmost row.
    public let y: Int
    /// Columns.
    public let width: Int
    /// Rows.
    public let height: Int

    /// A rectangle from its top left cell; negative extents become 0.
    public init(_ x: Int, _ y: Int, _ width: Int, _ height: Int) {
        self.x = x
        self.y = y
        self.width = max(0, width)
        self.height = max(0, height)
    }

    /// The whole of a screen of this size.
    public init(_ size: Size) { self.init(0, 0, size.width, size.height) }

    /// The column just right of the rectangle.
    public var right: Int { x + width }
    /// The row just below the rectangle.
    public var bottom: Int { y + height }
    /// Columns and rows.
    public var size: Size { Size(width, height) }
    /// The top left cell.
    public var origin: Point { Point(x, y) }
    /// True when the rectangle holds no cell.
    public var isEmpty: Bool { width == 0 || height == 0 }

    /// True when the cell lies inside.
    public func contains(_ point: Point) -> Bool {
        point.x >= x && point.x < right && point.y >= y && point.y < bottom
    }

    /// The cells that both rectangles hold.
    public func intersection(_ other: Rect) -> Rect {
        let left = max(x, other.x)
        let top = max(y, other.y)
        return Rect(left, top, min(right, other.right) - left, min(bottom, other.bottom) - top)
    }

    /// The rectangle without margins on its sides.
    public func inset(left: Int = 0, top: Int = 0, right: Int = 0, bottom: Int = 0) -> Rect {
        Rect(x + left, y + top, width - left - right, height - top - bottom)
    }

    /// The rectangle without `columns` at both sides and `rows` at top and bottom.
    public func inset(_ columns: Int, _ rows: Int) -> Rect {
        inset(left: columns, top: rows, right: columns, bottom: rows)
    }

    /// Row `index` of the rectangle, one cell high; empty when it has no such row.
    public func row(_ index: Int) -> Rect {
        Rect(x, y + index, width, index >= 0 && index < height ? 1 : 0)
    }

    /// A rectangle of at most `size` in the middle of this one.
    public func centered(_ size: Size) -> Rect {
        let width = min(size.width, width)
        let height = min(size.height, height)
        return Rect(x + (self.width - width) / 2, y + (self.height - height) / 2, width, height)
    }
}
