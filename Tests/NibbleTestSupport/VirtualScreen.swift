/// What a terminal would show: cells and modes, made from the bytes that a program writes.
///
/// Understands what ncurses sends to an xterm (ECMA-48; XTerm Control Sequences, Moy and Dickey). Sequences that it
/// doesn't know are collected in ``unknown``.
public struct VirtualScreen {
    /// One place of the screen.
    public struct Cell: Hashable, Sendable {
        /// The character with its combining marks; empty right of a wide one.
        public var text = " "
        /// The colour's number or 0x1000000 + red, green and blue; nil for the terminal's own.
        public var foreground: Int?
        /// The colour behind it.
        public var background: Int?
        /// SGR numbers that are on: 1 bold, 3 italic, 4 underline, 7 reverse.
        public var attributes: Set<Int> = []
    }

    /// Columns.
    public private(set) var width: Int
    /// Rows.
    public private(set) var height: Int
    /// Rows of cells from top to bottom.
    public private(set) var cells: [[Cell]]
    /// Column of the cursor.
    public internal(set) var x = 0
    /// Row of the cursor.
    public internal(set) var y = 0
    /// Private modes that are on: 25 cursor, 1049 alternate screen, 2004 bracketed paste, 2026 synchronized output,
    /// 1000…1006 mouse.
    public internal(set) var modes: Set<Int> = [25]
    /// Sequences that were not understood.
    public internal(set) var unknown: [String] = []
    /// The colours and attributes of the next character.
    var pen = Cell()
    /// Rows that scroll.
    var region: ClosedRange<Int>
    var savedCursor = (x: 0, y: 0)
    var lastCharacter: Unicode.Scalar?
    var parser = ControlSequenceParser()

    /// An empty screen.
    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
        cells = Array(repeating: Array(repeating: Cell(), count: width), count: height)
        region = 0...max(height - 1, 0)
    }

    /// The rows as text, blanks at the end left out.
    public var rows: [String] {
        cells.map { row in
            let text = row.map(\.text).joined()
            return String(text.reversed().drop { $0 == " " }.reversed())
        }
    }

    /// All rows as one text.
    public var text: String { rows.joined(separator: "\n") }

    /// Where a text begins, in the first row that holds it.
    public func place(of text: String) -> (x: Int, y: Int)? {
        let wanted = Array(text).map(String.init)
        for (y, row) in cells.enumerated() {
            let texts = row.map(\.text)
            guard texts.count >= wanted.count else { continue }
            for x in 0...(texts.count - wanted.count) where Array(texts[x..<x + wanted.count]) == wanted {
                return (x, y)
            }
        }
        return nil
    }

    /// Takes in what a program wrote.
    public mutating func feed(_ bytes: [UInt8]) {
        for token in parser.tokens(in: bytes) { apply(token) }
    }

    /// Takes on another size, as terminals do: rows and columns are cut or added at the end.
    public mutating func resize(width: Int, height: Int) {
        let blank = Array(repeating: Cell(), count: width)
        cells = (0..<height).map { y in
            guard y < self.height else { return blank }
            return (0..<width).map { $0 < self.width ? cells[y][$0] : Cell() }
        }
        self.width = width
        self.height = height
        region = 0...max(height - 1, 0)
        x = min(x, width - 1)
        y = min(y, height - 1)
    }

    // MARK: Changes of cells

    mutating func put(_ scalar: Unicode.Scalar) {
        let columns = ColumnCount.columns(of: scalar)
        guard columns > 0 else {
            if x > 0, y < height { cells[y][x - 1].text.unicodeScalars.append(scalar) }
            return
        }
        lastCharacter = scalar
        if x + columns > width {
            x = 0
            lineFeed()
        }
        guard y < height, x + columns <= width else { return }
        cells[y][x] = pen
        cells[y][x].text = String(scalar)
        if columns == 2 {
            cells[y][x + 1] = pen
            cells[y][x + 1].text = ""
        }
        x += columns
    }

    mutating func lineFeed() {
        if y == region.upperBound { scroll(by: 1) } else { y = min(y + 1, height - 1) }
    }

    mutating func reverseLineFeed() {
        if y == region.lowerBound { scroll(by: -1) } else { y = max(y - 1, 0) }
    }

    /// Moves the rows of the region up (`count` > 0) or down.
    mutating func scroll(by count: Int, from top: Int? = nil) {
        let first = top ?? region.lowerBound
        guard region.contains(first) else { return }
        for _ in 0..<min(abs(count), height) {
            cells.remove(at: count > 0 ? first : region.upperBound)
            cells.insert(blankRow, at: count > 0 ? region.upperBound : first)
        }
    }

    mutating func erase(row: Int, _ columns: Range<Int>) {
        guard cells.indices.contains(row) else { return }
        for x in columns.clamped(to: 0..<width) { cells[row][x] = blank }
    }

    /// Shifts the rest of the cursor's row right (`count` > 0) or left.
    mutating func shiftRow(by count: Int) {
        for _ in 0..<min(abs(count), width) {
            if count > 0 {
                cells[y].insert(blank, at: min(x, width))
                cells[y].removeLast()
            } else {
                cells[y].remove(at: min(x, width - 1))
                cells[y].append(blank)
            }
        }
    }

    private var blank: Cell {
        var cell = Cell()
        cell.background = pen.background
        return cell
    }

    private var blankRow: [Cell] { Array(repeating: blank, count: width) }
}

/// How many columns a character takes, as far as tests need it.
enum ColumnCount {
    static func columns(of scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        let wide: [ClosedRange<UInt32>] = [
            0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
        ]
        return wide.contains { $0.contains(scalar.value) } ? 2 : 1
    }
}
