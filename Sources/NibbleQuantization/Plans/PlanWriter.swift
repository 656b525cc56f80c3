/// Writes plans as YAML that ``PlanReader`` reads back unchanged.
enum PlanWriter {
    private static let heading =
        "# Rules in order; later rules win. A setting of “original” keeps layers as stored."

    /// The text of a plan.
    static func yaml(_ plan: Plan) -> String { text([heading] + lines(plan).map(\.text)) }

    /// The text of a plan with the comments of an earlier text; nil where they can't be kept.
    ///
    /// Comments of a rule that is gone stand above what followed it.
    static func yaml(_ plan: Plan, keepingCommentsOf earlier: String) -> String? {
        let comments = PlanComments(of: earlier)
        let written = lines(plan)
        let kept = Set(written.map(\.anchor))
        var orphans = comments.order[...]
        var result: [String] = []
        for line in written {
            if let place = orphans.firstIndex(of: line.anchor) {
                for gone in orphans[..<place] where !kept.contains(gone) {
                    result += Self.all(of: gone, comments, indent: line.indent)
                }
                orphans = orphans[(place + 1)...]
            }
            result += (comments.above[line.anchor] ?? []).map { line.indent + $0 }
            result.append(line.text + (comments.beside[line.anchor].map { "  " + $0 } ?? ""))
        }
        for gone in orphans where !kept.contains(gone) { result += Self.all(of: gone, comments, indent: "") }
        let yaml = text(result + comments.below)
        return (try? PlanReader(file: nil).read(yaml)) == plan ? yaml : nil
    }

    private static func all(
        of anchor: PlanComments.Anchor, _ comments: PlanComments, indent: String
    ) -> [String] {
        ((comments.above[anchor] ?? []) + [comments.beside[anchor]].compactMap(\.self)).map { indent + $0 }
    }

    private static func text(_ lines: [String]) -> String { lines.joined(separator: "\n") + "\n" }

    private struct Line {
        let anchor: PlanComments.Anchor
        var indent = ""
        let text: String
    }

    private static func lines(_ plan: Plan) -> [Line] {
        var lines = [
            Line(anchor: .key("version"), text: "version: \(PlanReader.version)"),
            Line(anchor: .key("name"), text: "name: \(scalar(plan.name))"),
        ]
        if let model = plan.model {
            lines.append(Line(anchor: .key("model"), text: "model: \(scalar(model))"))
        }
        lines.append(Line(anchor: .key("rules"), text: plan.rules.isEmpty ? "rules: []" : "rules:"))
        var counts: [String: Int] = [:]
        for rule in plan.rules {
            let number = counts[rule.pattern, default: 0]
            counts[rule.pattern] = number + 1
            func line(_ key: String, _ text: String) -> Line {
                Line(anchor: .rule(pattern: rule.pattern, number: number, key: key), indent: "  ", text: text)
            }
            lines.append(line("pattern", "  - pattern: \(scalar(rule.pattern))"))
            lines.append(line("setting", "    setting: \(scalar(Setting.text(of: rule.setting)))"))
        }
        return lines
    }

    /// Text as a plain scalar where that is safe, else in double quotes (YAML 1.1 §5.7).
    static func scalar(_ text: String) -> String {
        isPlain(text) ? text : "\"" + text.unicodeScalars.map(escaped).joined() + "\""
    }

    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, first.properties.isAlphabetic, first.isASCII else {
            return false
        }
        return text.last != " "
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
                    UInt8(ascii: "."),
                    UInt8(ascii: " "), UInt8(ascii: "="), UInt8(ascii: "/"):
                    true
                default: false
                }
            }
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": return "\\\""
        case "\\": return "\\\\"
        case "\n": return "\\n"
        case "\t": return "\\t"
        case _ where (0x20...0x7E).contains(scalar.value) || scalar.properties.isAlphabetic:
            return String(scalar)
        default:
            let digits = String(scalar.value, radix: 16, uppercase: true)
            return "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
        }
    }
}
