import NibbleCheckpoints
import Yams

/// A sentence for what Yams cannot read.
struct YAMLProblem {
    private let line: Int?
    private let reason: String

    /// Takes line and reason from Yams' error.
    init(_ error: YamlError) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            line = mark.line
            reason = problem
        case .reader(let problem, let offset, _, let yaml):
            line = offset.map { yaml.utf8.prefix(max(0, $0)).count { $0 == UInt8(ascii: "\n") } + 1 }
            reason = problem
        case .duplicatedKeysInMapping(let duplicates, let context):
            line = context.mark.line
            reason = "a key is given twice: " + duplicates.prefix(3).joined(separator: ", ")
        default:
            line = nil
            reason = "its structure is broken"
        }
    }

    /// The error that names file and line.
    func error(file: String?) -> PlanError {
        PlanError(
            file: file, line: line,
            "This cannot be read as YAML (\(String(reason.prefix(120)).printable)): "
                + "check indentation, brackets and quotes."
        )
    }
}

/// Finds YAML's references, which can make a small file enormous and which no plan needs.
enum YAMLAliases {
    /// The line of the first `*name` for which there is an `&name`; nil if there is none.
    static func firstUse(in yaml: String) -> Int? {
        var anchors: Set<Substring> = []
        var uses: [(name: Substring, line: Int)] = []
        for (number, line) in yaml.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            for word in line.split(whereSeparator: { " \t\r,[]{}".contains($0) }) {
                if word.hasPrefix("&") { anchors.insert(word.dropFirst()) }
                if word.hasPrefix("*") { uses.append((word.dropFirst(), number + 1)) }
            }
        }
        return uses.first { anchors.contains($0.name) || anchors.contains($0.name.prefix { $0 != ":" }) }?
            .line
    }
}
