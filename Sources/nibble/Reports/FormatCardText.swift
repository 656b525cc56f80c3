import NibbleKernels
import NibbleQuantization
import NibbleTerminal
import NibbleText

/// All about one format, for a person.
struct FormatCardText {
    private let sheet: FormatSheet
    private let setting: Setting

    init(_ sheet: FormatSheet, _ setting: Setting) {
        self.sheet = sheet
        self.setting = setting
    }

    /// Columns of a terminal that everything fits.
    static let width = 80

    /// Head, bits, fields, loops, and where it is from.
    var text: String {
        let head = [setting.description, sheet.format.family.name].joined(separator: " · ")
        let readOnly = sheet.isReadOnly ? ["It is read from files, not written."] : []
        let about = Self.fields([
            ("bits", bitsText), ("", "for a \(layout.shape.rows) x \(layout.shape.columns) matrix"),
        ])
        let origin = Self.fields([
            ("hardware", sheet.card.hardware), ("written by", sheet.card.writers.joined(separator: ", ")),
            ("run by", sheet.card.runners.joined(separator: ", ")),
            ("source", sheet.card.sources.map(\.description).joined(separator: "\n")),
        ])
        return ([head] + Self.wrap(sheet.format.summary) + readOnly).joined(separator: "\n") + "\n\n" + about
            + "\n" + layoutText + "\n" + pathText + "\n" + origin
    }

    private var layout: PackedLayout { sheet.layout }

    private var bitsText: String {
        let parts = sheet.shares.parts.map { "\($0.name) \(FigureText.plain($0.bits))" }
        return "\(FigureText.plain(layout.bitsPerWeight)) per weight = " + parts.joined(separator: " + ")
    }

    // MARK: - Fields

    private var layoutText: String {
        let record = sheet.record
        let title = "A \(record.unit.rawValue): \(record.weights) weights, \(record.byteCount) bytes"
        let own = zip(record.fields, record.byteRanges).map { line(of: $0, bytes: $1) }
        let shared = record.shared.map { line(of: $0, bytes: nil) }
        return title + "\n" + (own + shared).joined()
    }

    private func line(of field: FormatField, bytes: Range<Int>?) -> String {
        let last = bytes.map { $0.upperBound - 1 } ?? 0
        let place = bytes.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\(last)" } ?? "tensor"
        let columns = [place.fitted(to: 11), field.name.fitted(to: 11)]
        let head = "  " + columns.joined(separator: " ") + " "
        return Self.hanging(head, field.size + (field.meaning.isEmpty ? "" : ": " + field.meaning))
    }

    // MARK: - Loops

    private var pathText: String {
        var lines = [
            "Products on this machine (\(InstructionSet.current.name))".fitted(to: 38)
                + "one token             many tokens"
        ]
        for paths in sheet.paths {
            let names = paths.activations.joined(separator: ", ").wrapped(to: 35)
            let loops = [paths.decode, paths.prefill].map { "\($0.kind), \($0.source)".fitted(to: 21) }
            for (index, name) in names.enumerated() {
                let end = index == 0 ? loops.joined(separator: " ") : ""
                lines.append(Self.trimmed("  " + name.fitted(to: 36) + end))
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: - Lines

    private static func wrap(_ text: String) -> [String] { text.wrapped(to: width) }

    private static func trimmed(_ line: String) -> String {
        String(line.reversed().drop { $0 == " " }.reversed())
    }

    /// A text beside its head, every further line below the first.
    static func hanging(_ head: String, _ text: String) -> String {
        let lines = text.wrapped(to: width - head.columns)
        let indent = String(repeating: " ", count: head.columns)
        return lines.enumerated().map { ($0.offset == 0 ? head : indent) + $0.element + "\n" }.joined()
    }

    /// Names and texts in two columns.
    private static func fields(_ fields: [(String, String)]) -> String {
        fields.map { hanging($0.0.fitted(to: 12), $0.1) }.joined()
    }
}
