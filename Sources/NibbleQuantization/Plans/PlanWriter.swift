/// Writes plans as YAML that ``PlanReader`` reads back unchanged.
enum PlanWriter {
    /// The text of a plan.
    static func yaml(_ plan: Plan) -> String {
        var lines = ["# Rules in order; later rules win. A setting of “original” keeps layers as stored."]
        lines.append("version: \(PlanReader.version)")
        lines.append("name: \(scalar(plan.name))")
        if let model = plan.model { lines.append("model: \(scalar(model))") }
        lines.append(plan.rules.isEmpty ? "rules: []" : "rules:")
        for rule in plan.rules {
            lines.append("  - pattern: \(scalar(rule.pattern))")
            lines.append("    setting: \(scalar(Setting.text(of: rule.setting)))")
        }
        return lines.joined(separator: "\n") + "\n"
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
