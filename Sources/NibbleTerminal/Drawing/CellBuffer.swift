/// One character cell of the screen.
public struct Cell: Hashable, Sendable {
    /// The base character with its combining marks; empty in the right half of a wide character.
    public var text: String
    /// Columns: 1 or 2, or 0 in the right half of a wide character.
    public var width: Int8
    /// Colours and attributes.
    public var style: Style

    /// A cell; `width` must be the width of `text`.
    init(text: String, width: Int8, style: Style) {
        self.text = text
        self.width = width
        self.style = style
    }

    /// An empty cell.
    public static func blank(_ style: Style = Style()) -> Cell { Cell(text: " ", width: 1, style: style) }

    /// The right half of a wide character.
    static func continuation(_ style: Style) -> Cell { Cell(text: "", width: 0, style: style) }
}

/// What the screen shows: a value that can be drawn by any `Screen`, compared, and written as text.
public struct CellBuffer: Hashable, Sendable {
    /// Columns and rows.
    public let size: Size
    /// Where the terminal's cursor stands, or nil when it is hidden.
    public var cursor: Point?
    /// Where the terminal's cursor stands though it may be hidden: on what is chosen.
    public var focus: Point?
    /// The colour behind everything that says nothing by its ground.
    let ground: Color?
    private var cells: [Cell]

    /// A buffer of blank cells.
    public init(size: Size, style: Style = Style()) {
        self.size = size
        ground = style.background
        cells = Array(repeating: .blank(style), count: size.width * size.height)
    }

    /// The cell at a place; places outside read as blank.
    public subscript(_ x: Int, _ y: Int) -> Cell {
        contains(x, y) ? cells[y * size.width + x] : .blank()
    }

    /// The cells of one row, left to right; empty when there is no such row.
    public func row(_ y: Int) -> ArraySlice<Cell> {
        guard y >= 0, y < size.height else { return [] }
        return cells[y * size.width..<(y + 1) * size.width]
    }

    /// Puts a cell, replacing both halves of a wide character it hits by blanks; no-op outside the buffer.
    ///
    /// A wide cell needs the column to its right inside the buffer; a blank is put where it has none.
    mutating func put(_ cell: Cell, _ x: Int, _ y: Int) {
        guard contains(x, y) else { return }
        if cell.width == 2, x + 1 >= size.width {
            put(.blank(cell.style), x, y)
            return
        }
        breakWide(x, y)
        cells[y * size.width + x] = cell
        if cell.width == 2 {
            breakWide(x + 1, y)
            cells[y * size.width + x + 1] = .continuation(cell.style)
        }
    }

    /// Changes the style of a cell, and of the other half when it is part of a wide character.
    mutating func restyle(_ x: Int, _ y: Int, _ change: (inout Style) -> Void) {
        guard contains(x, y) else { return }
        change(&cells[y * size.width + x].style)
    }

    private mutating func breakWide(_ x: Int, _ y: Int) {
        let index = y * size.width + x
        if cells[index].width == 0, x > 0 {
            cells[index - 1] = .blank(cells[index - 1].style)
            cells[index] = .blank(cells[index].style)
        } else if cells[index].width == 2 {
            cells[index] = .blank(cells[index].style)
            if x + 1 < size.width { cells[index + 1] = .blank(cells[index + 1].style) }
        }
    }

    private func contains(_ x: Int, _ y: Int) -> Bool {
        x >= 0 && x < size.width && y >= 0 && y < size.height
    }
}

extension CellBuffer {
    /// One row as text without trailing blanks.
    public func text(row y: Int) -> String {
        var text = row(y).map(\.text).joined()
        while text.last == " " { text.removeLast() }
        return text
    }

    /// All rows as text, each without trailing blanks and ended by a newline.
    public var plainText: String {
        (0..<size.height).map { text(row: $0) + "\n" }.joined()
    }
}
