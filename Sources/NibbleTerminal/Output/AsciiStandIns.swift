/// What is drawn in place of a character when the terminal's character set is not UTF-8.
public enum AsciiStandIns {
    private static let drawings: [Character: Character] = {
        var table: [Character: Character] = [:]
        let groups: [(characters: String, standIn: Character)] = [
            ("─━┄┅┈┉╌╍═╴╶", "-"), ("│┃┊┋┆┇╎╏║╵╷", "|"),
            ("╭╮╰╯┌┐└┘├┤┬┴┼┏┓┗┛┣┫┳┻╋╔╗╚╝╠╣╦╩╬", "+"),
            ("█▉▊▋▓▇▆", "#"), ("▌▍▄▅▒▐▀▞▚", "="), ("▎▏▁▂▃░▖▗▘▝▕▔", "."),
            ("▸▶►›→⇥❯", ">"), ("◂◀◄‹←❮", "<"), ("▾▼↓", "v"), ("▴▲↑", "^"), ("↵⏎", "\\"),
            ("•▪■★", "*"), ("●◉", "O"), ("◆", "@"), ("○◦◌◇☆□", "o"), ("·∙⋅", "."), ("…", "~"), ("△", "&"),
            ("␣", "_"),
            ("⌀", "m"), ("∅", "-"), ("✓✔", "v"), ("×✗✘✕", "x"),
            ("−–‐‑", "-"), ("≈", "~"), ("±", "+"), ("—", "-"), ("‘’‚", "'"), ("“”„", "\""), ("√", "V"),
            ("⁰₀", "0"), ("¹₁", "1"), ("²₂", "2"), ("³₃", "3"), ("⁴₄", "4"), ("⁵₅", "5"), ("⁶₆", "6"),
            ("⁷₇", "7"), ("⁸₈", "8"), ("⁹₉", "9"), ("⁻", "-"), ("σ", "s"), ("Δ", "D"), ("µμ", "u"),
            ("Σ", "S"),
            ("≤", "<"), ("≥", ">"), ("≠", "#"), ("∞", "I"), ("÷", "/"), ("‖", "|"), ("°", "o"),
            ("\u{A0}", " "),
        ]
        for group in groups { for character in group.characters { table[character] = group.standIn } }
        return table
    }()

    /// A printable ASCII character for `text` in one column: lines, blocks by how full they are, arrows and marks
    /// by likeness, Braille by how many dots it has, letters without their accents, `?` for the rest.
    public static func standIn(for text: String) -> Character {
        guard let first = text.first, let scalar = first.unicodeScalars.first else { return " " }
        if scalar.value >= 0x20, scalar.value < 0x7F { return Character(scalar) }
        if let drawing = drawings[Character(scalar)] { return drawing }
        if (0x2800...0x28FF).contains(scalar.value) {
            return braille(dots: (scalar.value & 0xFF).nonzeroBitCount)
        }
        if (0x2400...0x2421).contains(scalar.value) { return "^" }
        return letter(scalar) ?? "?"
    }

    /// The cell of ASCII characters that stands for a cell; the right half of a wide one becomes a blank.
    ///
    /// A block drawn in reverse video (a bar that hangs or grows leftwards) is drawn as its complement instead,
    /// as a reversed letter would not read as a part of a bar.
    public static func cell(for cell: Cell) -> Cell {
        guard cell.width > 0 else { return .blank(cell.style) }
        var style = cell.style
        var text = cell.text
        if style.attributes.contains(.reverse), !style.attributes.contains(.highlight),
            let complement = Blocks.complement(of: text)
        {
            style.attributes.remove(.reverse)
            text = complement
        }
        return Cell(text: String(standIn(for: text)), width: 1, style: style)
    }

    /// The cells of a row in ASCII, column for column.
    ///
    /// Some signs need more than one character: `10³` is `1e3`, and where blanks follow that they may take, `…` is
    /// `...` and `∞` is `inf`.
    public static func row(for cells: [Cell]) -> [Cell] {
        var result = cells.map(cell(for:))
        for index in cells.indices {
            if isPower(cells, at: index) {
                result[index + 1] = Cell(text: "e", width: 1, style: cells[index + 1].style)
            }
            guard let words = longStandIns[cells[index].text] else { continue }
            let room = blanks(cells, after: index)
            guard let word = words.first(where: { $0.count - 1 <= room }) else { continue }
            for (offset, character) in word.enumerated() {
                result[index + offset] = Cell(text: String(character), width: 1, style: cells[index].style)
            }
        }
        return result
    }

    private static let longStandIns: [String: [String]] = ["…": ["...", ".."], "∞": ["inf"]]

    /// Whether `10` and a raised number begin at a cell.
    private static func isPower(_ cells: [Cell], at index: Int) -> Bool {
        guard index + 2 < cells.count, cells[index].text == "1", cells[index + 1].text == "0" else {
            return false
        }
        return "⁰¹²³⁴⁵⁶⁷⁸⁹⁻".contains(cells[index + 2].text)
    }

    /// How many blanks after a cell may be taken, one being left before what follows.
    private static func blanks(_ cells: [Cell], after index: Int) -> Int {
        let rest = cells[(index + 1)...].prefix {
            $0.text == " " && $0.style.background == cells[index].style.background
        }
        return index + 1 + rest.count == cells.count ? rest.count : rest.count - 1
    }

    private static func braille(dots: Int) -> Character {
        switch dots {
        case 0: " "
        case 1...2: "."
        case 3...5: ":"
        default: "#"
        }
    }

    /// The base letter of a Latin letter with marks, read from its Unicode name: `LATIN SMALL LETTER E WITH ACUTE`.
    private static func letter(_ scalar: Unicode.Scalar) -> Character? {
        let words = (scalar.properties.name ?? "").split(separator: " ")
        guard words.count >= 5, words[0] == "LATIN", words[2] == "LETTER", words[4] == "WITH",
            words[3].count == 1, let letter = words[3].first
        else { return nil }
        return words[1] == "SMALL" ? Character(letter.lowercased()) : letter
    }
}

extension Blocks {
    /// The block that fills the rest of the cell, for a lower or left eighth block; nil for anything else.
    static func complement(of text: String) -> String? {
        for eighths in 1..<8 {
            if lower(eighths).text == text { return lower(8 - eighths).text }
            if left(eighths).text == text { return left(8 - eighths).text }
        }
        return nil
    }
}
