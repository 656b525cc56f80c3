import Yams

/// The comments of a plan's YAML, so that they outlive an edit: each belongs to the line that it stands above or beside.
///
/// What a line holds is known by the places of YAML's nodes, not by how the text looks.
struct PlanComments {
    /// What a line of a plan holds.
    enum Anchor: Hashable {
        /// `version`, `name`, `model` or `rules`.
        case key(String)
        /// The pattern or setting of a rule: the so-manieth of its pattern.
        case rule(pattern: String, number: Int, key: String)
    }

    /// Comment lines above what a line holds.
    private(set) var above: [Anchor: [String]] = [:]
    /// The comment behind what a line holds.
    private(set) var beside: [Anchor: String] = [:]
    /// Comment lines below everything.
    private(set) var below: [String] = []
    /// What the lines hold, from top to bottom.
    private(set) var order: [Anchor] = []

    /// The comments of a plan's text; none if it can't be read.
    init(of yaml: String) {
        guard let root = try? Yams.compose(yaml: yaml), let mapping = root.mapping else { return }
        let all = Self.anchors(mapping).sorted { $0.line < $1.line }
        order = all.map(\.anchor)
        var anchors = all[...]
        var waiting: [String] = []
        var last: Anchor?
        for (number, line) in yaml.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let comment = Self.comment(in: line)
            while let next = anchors.first, next.line <= number + 1 {
                if !waiting.isEmpty { above[next.anchor, default: []] += waiting }
                waiting = []
                last = next.anchor
                anchors.removeFirst()
            }
            guard let comment else { continue }
            if comment.isWhole {
                waiting.append(comment.text)
            } else if let last {
                beside[last] = comment.text
            }
        }
        below = waiting
    }

    private static func anchors(_ mapping: Node.Mapping) -> [(line: Int, anchor: Anchor)] {
        var result: [(line: Int, anchor: Anchor)] = []
        var counts: [String: Int] = [:]
        for (key, value) in mapping {
            guard let name = key.scalar?.string, let line = key.mark?.line else { continue }
            result.append((line, .key(name)))
            for node in name == "rules" ? value.sequence.map(Array.init) ?? [] : [] {
                guard let rule = node.mapping, let pattern = rule["pattern"]?.scalar?.string else { continue }
                let number = counts[pattern, default: 0]
                counts[pattern] = number + 1
                for (key, _) in rule {
                    guard let name = key.scalar?.string, let line = key.mark?.line else { continue }
                    result.append((line, .rule(pattern: pattern, number: number, key: name)))
                }
            }
        }
        return result
    }

    /// The comment of a line, and whether it is all that the line has (YAML 1.2.2 §6.6: `#` after white space, outside of
    /// quotes).
    private static func comment(in line: Substring) -> (text: String, isWhole: Bool)? {
        var quote: Character?
        var before: Character = " "
        for (index, character) in zip(line.indices, line) {
            if let open = quote {
                if character == open, open == "'" || before != "\\" { quote = nil }
            } else if character == "#", before == " " || before == "\t" {
                let isWhole = line[..<index].allSatisfy(\.isWhitespace)
                return (String(line[index...].filter { !$0.isNewline }), isWhole)
            } else if character == "\"" || character == "'", " :-[{,\t".contains(before) {
                quote = character
            }
            before = character
        }
        return nil
    }
}
