/// What stands for colours where there are none.
enum Monochrome {
    /// The cell with reverse video for a ground that says something, and the bars of a second series hatched.
    static func cell(for cell: Cell) -> Cell {
        var cell = cell
        if cell.style.attributes.contains(.hatch) {
            hatch(&cell)
        } else if cell.style.attributes.contains(.highlight) {
            cell.style.attributes.formSymmetricDifference(.reverse)
        }
        return cell
    }

    /// Hatches a cell of a bar.
    ///
    /// Eighths can't be hatched: a cell that is filled to the half is hatched as a whole, and one with less shows what
    /// is behind it. A thin end on an empty ground stays, so that small counts are seen.
    private static func hatch(_ cell: inout Cell) {
        guard let eighths = Blocks.lowerEighths(of: cell.text) ?? (cell.text == " " ? 0 : nil) else { return }
        let hangs = cell.style.attributes.contains(.reverse)
        let filled = hangs ? 8 - eighths : eighths
        if filled >= 4 {
            cell.text = "▒"
            cell.style.attributes.remove(.reverse)
        } else if cell.style.attributes.contains(.highlight) {
            cell.text = "█"
        }
    }
}
