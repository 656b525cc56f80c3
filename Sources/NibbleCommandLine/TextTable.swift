import NibbleTerminal
import NibbleText

/// Rows of text in columns.
public struct TextTable {
    /// A column's heading and the side its cells lean to.
    public struct Column {
        let title: String
        let alignment: Alignment

        /// Text, at the left.
        public static func text(_ title: String) -> Column { Column(title: title, alignment: .leading) }
        /// A number, at the right.
        public static func number(_ title: String) -> Column { Column(title: title, alignment: .trailing) }
    }

    private let columns: [Column]
    private var rows: [[String]] = []

    /// A table without rows.
    public init(_ columns: [Column]) { self.columns = columns }

    /// Adds a row of one cell for each column; cells are made printable.
    public mutating func add(_ cells: [String]) { rows.append(cells.map(\.printable)) }

    /// The table with headings, two blanks between columns; empty without a row.
    public var text: String {
        guard !rows.isEmpty else { return "" }
        let all = [columns.map(\.title)] + rows
        let widths = columns.indices.map { column in
            all.map { $0.indices.contains(column) ? $0[column].columns : 0 }.max() ?? 0
        }
        return all.map { row in
            let cells = row.enumerated().map { index, cell in
                cell.fitted(to: widths[index], columns[index].alignment)
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
        }.joined()
    }
}

/// Names and values below each other.
public enum FieldList {
    /// One line for each field, with the values in one column.
    ///
    /// Values are made printable; empty ones are left out.
    ///
    /// - Parameter width: columns for the names, where several lists stand below each other; else the longest name's.
    public static func text(_ fields: [(name: String, value: String)], width: Int? = nil) -> String {
        let fields = fields.filter { !$0.value.isEmpty }
        let width = width ?? fields.map(\.name.columns).max() ?? 0
        return fields.map { "\($0.name.fitted(to: width))  \($0.value.printable)\n" }.joined()
    }
}
