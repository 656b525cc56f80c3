import Foundation
import NibbleJSON
import NibbleText

/// Texts with the class that each belongs to.
public struct LabelledTexts: LabelledInputs, Sendable {
    /// A text and its class.
    public struct Item: Hashable, Sendable {
        /// The text, or a pair.
        public let input: TextInput
        /// The class by its number in the model.
        public let label: Int

        /// A text of a class.
        public init(input: TextInput, label: Int) {
            self.input = input
            self.label = label
        }
    }

    /// The names of columns, or of members of an object.
    public struct Columns: Hashable, Sendable {
        /// The text.
        public var text: String
        /// The second text of a pair; nil for single texts.
        public var pair: String?
        /// The class, by its name or its number.
        public var label: String

        /// Names of columns; without arguments `text` and `label`.
        public init(text: String = "text", pair: String? = nil, label: String = "label") {
            self.text = text
            self.pair = pair
            self.label = label
        }
    }

    /// The texts in the order of the file.
    public let items: [Item]

    /// Texts with their classes.
    public init(_ items: [Item]) { self.items = items }

    /// How many there are.
    public var count: Int { items.count }

    /// A text and its class.
    public func item(_ index: Int) -> (input: EncoderInput, label: Int) {
        (.text(items[index].input), items[index].label)
    }

    /// Reads CSV whose first line names the columns, or lines of JSON objects, which begin with a brace.
    ///
    /// - Parameters:
    ///   - labels: The classes of the model in the order of their numbers.
    ///   - limit: Texts that are read, at most.
    /// - Throws: ``EvaluationError/data(_:)`` naming the line, for a column that is missing and for a label that the model
    ///   doesn't know.
    public static func read(
        _ data: Data, columns: Columns = Columns(), labels: [String], limit: Int = .max
    ) throws(EvaluationError) -> LabelledTexts {
        let bytes = [UInt8](data)
        guard bytes.allSatisfy({ $0 != 0 }), String(validating: bytes, as: UTF8.self) != nil else {
            throw .data("The data is no text in UTF-8.")
        }
        let first = bytes.first { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }
        let rows =
            first == UInt8(ascii: "{")
            ? try jsonRows(bytes, columns, limit: limit) : try csvRows(bytes, columns, limit: limit)
        guard !rows.isEmpty else { throw .data("The data has no text.") }
        var items: [Item] = []
        for row in rows {
            items.append(
                Item(
                    input: TextInput(row.text, pair: row.pair),
                    label: try ClassNames.number(of: row.label, among: labels, at: "Line \(row.line)")))
        }
        return LabelledTexts(items)
    }

    private struct Row {
        let line: Int
        let text: String
        let pair: String?
        let label: String
    }

    private static func csvRows(
        _ bytes: [UInt8], _ columns: Columns, limit: Int
    ) throws(EvaluationError) -> [Row] {
        let records = try CSVReader.records(bytes)
        guard let heads = records.first?.fields else { return [] }
        func place(_ name: String) throws(EvaluationError) -> Int {
            if let place = heads.firstIndex(of: name) { return place }
            let known = heads.prefix(12).map { $0.printable(limit: 40) }.joined(separator: ", ")
            throw .data("The first line names no column “\(name.printable)”; it names \(known).")
        }
        let (text, label) = (try place(columns.text), try place(columns.label))
        let pair: Int? = if let name = columns.pair { try place(name) } else { nil }
        var rows: [Row] = []
        for record in records.dropFirst().prefix(max(0, limit)) {
            let needed = max(text, label, pair ?? 0)
            guard record.fields.count > needed else {
                throw .data(
                    "Line \(record.line) has \(record.fields.count) fields, the first line \(heads.count).")
            }
            rows.append(
                Row(
                    line: record.line, text: record.fields[text], pair: pair.map { record.fields[$0] },
                    label: record.fields[label]))
        }
        return rows
    }

    private static func jsonRows(
        _ bytes: [UInt8], _ columns: Columns, limit: Int
    ) throws(EvaluationError) -> [Row] {
        var rows: [Row] = []
        for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            guard rows.count < limit else { break }
            guard line.contains(where: { ![0x20, 0x09, 0x0D].contains($0) }) else { continue }
            let json: JSONValue
            do throws(JSONError) { json = try JSONParser.parse(Array(line), options: .python) } catch {
                throw .data("Line \(index + 1) is no JSON: \(error)")
            }
            func member(_ name: String) throws(EvaluationError) -> String {
                if let value = json[name]?.string { return value }
                if let value = json[name]?.integer { return "\(value)" }
                throw .data("Line \(index + 1) has no “\(name.printable)” that is a text or a whole number.")
            }
            let pair: String? = if let name = columns.pair { try member(name) } else { nil }
            rows.append(
                Row(
                    line: index + 1, text: try member(columns.text), pair: pair,
                    label: try member(columns.label)))
        }
        return rows
    }
}
