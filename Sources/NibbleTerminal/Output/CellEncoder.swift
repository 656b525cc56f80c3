import CNibbleTerminal

/// Turns the cells of a buffer into what ncurses is given: characters that the C library can measure, attribute
/// bits, and numbers of colour pairs.
struct CellEncoder {
    let depth: ColorDepth
    let isUTF8: Bool
    private var numbers: [Color: Int32] = [:]
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
    }

    /// True when there may be too few free pairs for a frame: forget them all and send everything again.
    var isNearlyFull: Bool { capacity > 1024 && pairs.count > Int(capacity) - 1024 }

    mutating func forgetPairs() { pairs.removeAll(keepingCapacity: true) }

    /// The cells of a row, without the right halves of wide characters.
    mutating func encode(_ row: ArraySlice<Cell>) -> [nibble_cell] {
        var result: [nibble_cell] = []
        result.reserveCapacity(row.count)
        for cell in row {
            guard isUTF8 else {
                append(AsciiStandIns.cell(for: cell), &result)
                continue
            }
            if cell.width > 0 { append(cell, &result) }
        }
        return result
    }

    private mutating func append(_ cell: Cell, _ result: inout [nibble_cell]) {
        let scalars = Array(cell.text.unicodeScalars.prefix(5))
        // Where the C library's widths are older than ours, stand-ins keep the columns straight.
        let agrees =
            scalars.first.map { $0.value < 0x7F || nibble_columns($0.value) == Int32(cell.width) } ?? false
        guard agrees else {
            for _ in 0..<cell.width { append(Cell(text: "?", width: 1, style: cell.style), &result) }
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
        let isBlank = cell.text == " "
        encoded.pair = pair(cell.style, isBlank: isBlank)
        encoded.attributes = cell.style.attributes.rawValue
        result.append(encoded)
    }

    private mutating func number(of color: Color?) -> Int32 {
        guard let color else { return -1 }
        if let known = numbers[color] { return known }
        let number = Int32(depth.number(of: color) ?? -1)
        if numbers.count > 20_000 { numbers.removeAll() }
        numbers[color] = number
        return number
    }

    private mutating func pair(_ style: Style, isBlank: Bool) -> Int32 {
        guard depth != .none else { return 0 }
        let background = number(of: style.background)
        var foreground = number(of: style.foreground)
        if isBlank, style.attributes.isEmpty {
            foreground = -1
        } else if foreground == background, style.foreground != style.background {
            foreground = Self.standOut(from: background, depth: depth, isLight: isLight(style.background))
        }
        let key = UInt64(UInt32(bitPattern: foreground)) << 32 | UInt64(UInt32(bitPattern: background))
        if let known = pairs[key] { return known }
        let next = Int32(pairs.count) + 1
        guard next < capacity, define(next, foreground, background) else { return 0 }
        pairs[key] = next
        return next
    }

    /// A foreground that can be read where few colours made it equal to its background.
    ///
    /// With 8 or 16 colours the number of the ground decides, as two greys may both have become black.
    private static func standOut(from background: Int32, depth: ColorDepth, isLight: Bool) -> Int32 {
        let lightGrounds: Set<Int32> = [2, 3, 6, 7, 9, 10, 11, 13, 14, 15]
        switch depth {
        case .sixteen: return lightGrounds.contains(background) ? 0 : 15
        case .eight: return lightGrounds.contains(background) ? 0 : 7
        default: return isLight ? 238 : 250
        }
    }

    private func isLight(_ color: Color?) -> Bool { (color?.relativeLuminance ?? 0) > 0.2 }
}
