import CNibbleTerminal

/// Turns the cells of a buffer into what ncurses is given: characters that the C library can measure, attribute
/// bits, and numbers of colour pairs.
struct CellEncoder {
    let depth: ColorDepth
    let isUTF8: Bool
    private var palette: PaletteMapping
    private var pairs: [UInt64: Int32] = [:]
    private let capacity: Int32
    private let define: (Int32, Int32, Int32) -> Bool

    /// - Parameters:
    ///   - capacity: How many pairs the terminal has; pair 0 is its own colours.
    ///   - define: Defines a pair by number, foreground and background; -1 is the terminal's own colour.
    init(depth: ColorDepth, isUTF8: Bool, capacity: Int, define: @escaping (Int32, Int32, Int32) -> Bool) {
        self.depth = depth
        self.isUTF8 = isUTF8
        self.capacity = Int32(clamping: min(capacity, 32768))
        self.define = define
        palette = PaletteMapping(depth: depth)
    }

    /// True when there may be too few free pairs for a frame: forget them all and send everything again.
    var isNearlyFull: Bool { capacity > 1024 && pairs.count > Int(capacity) - 1024 }

    mutating func forgetPairs() { pairs.removeAll(keepingCapacity: true) }

    /// The cells of a row, without the right halves of wide characters.
    ///
    /// - Parameter ground: The colour behind everything that says nothing by its ground.
    mutating func encode(_ row: ArraySlice<Cell>, ground: Color?) -> [nibble_cell] {
        var row = row.map { PictureStandIns.cell(for: $0, depth: depth, isUTF8: isUTF8) }
        if depth == .none { for index in row.indices { row[index] = Monochrome.cell(for: row[index]) } }
        if !isUTF8 { row = AsciiStandIns.row(for: row) }
        var result: [nibble_cell] = []
        result.reserveCapacity(row.count)
        for cell in row where cell.width > 0 { append(cell, ground, &result) }
        return result
    }

    private mutating func append(_ cell: Cell, _ ground: Color?, _ result: inout [nibble_cell]) {
        let scalars = Array(cell.text.unicodeScalars.prefix(5))
        // Where the C library's widths are older than ours, stand-ins keep the columns straight.
        let agrees =
            scalars.first.map { $0.value < 0x7F || nibble_columns($0.value) == Int32(cell.width) } ?? false
        guard agrees else {
            for _ in 0..<cell.width { append(Cell(text: "?", width: 1, style: cell.style), ground, &result) }
            return
        }
        var encoded = nibble_cell()
        withUnsafeMutableBytes(of: &encoded.scalars) { bytes in
            let places = bytes.bindMemory(to: UInt32.self)
            for (index, scalar) in scalars.enumerated() where index == 0 || nibble_columns(scalar.value) == 0
            {
                places[index] = scalar.value
            }
        }
        encoded.pair = pair(palette.numbers(of: cell, ground: ground))
        encoded.attributes = cell.style.attributes.intersection(.drawn).rawValue
        result.append(encoded)
    }

    private mutating func pair(_ numbers: PaletteMapping.Numbers?) -> Int32 {
        guard let numbers else { return 0 }
        let key =
            UInt64(UInt32(bitPattern: numbers.foreground)) << 32
            | UInt64(UInt32(bitPattern: numbers.background))
        if let known = pairs[key] { return known }
        let next = Int32(pairs.count) + 1
        guard next < capacity, define(next, numbers.foreground, numbers.background) else { return 0 }
        pairs[key] = next
        return next
    }
}
