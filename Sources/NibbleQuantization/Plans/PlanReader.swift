import Yams

/// Reads plans written in YAML, and says what is wrong with others by line.
struct PlanReader {
    static let version = 1
    static let largestFile = 1 << 20
    static let largestRuleCount = 20_000
    private static let expected =
        "a nibble plan has version: 1, name: and rules: with a pattern: and a setting: each"

    let file: String?

    /// The plan that `yaml` describes.
    func read(_ yaml: String) throws(PlanError) -> Plan {
        guard yaml.utf8.count <= Self.largestFile else {
            throw error(nil, "The file has \(yaml.utf8.count) bytes, more than any plan: \(Self.expected).")
        }
        if let line = YAMLAliases.firstUse(in: yaml) {
            throw error(line, "A plan cannot use YAML's & and * references: write the value out.")
        }
        guard let root = try compose(yaml) else { throw error(1, "The file is empty: \(Self.expected).") }
        guard let mapping = root.mapping else {
            throw error(root.mark?.line, "This is not a plan: \(Self.expected).")
        }
        return try plan(mapping)
    }

    private func error(_ line: Int?, _ problem: String) -> PlanError {
        PlanError(file: file, line: line, problem)
    }

    private func compose(_ yaml: String) throws(PlanError) -> Node? {
        do {
            return try Yams.compose(yaml: yaml)
        } catch let problem as YamlError {
            throw YAMLProblem(problem).error(file: file)
        } catch {
            throw self.error(nil, "The file cannot be read as YAML.")
        }
    }

    private func plan(_ mapping: Node.Mapping) throws(PlanError) -> Plan {
        let keys = try entries(of: mapping)
        guard let version = keys["version"] else {
            let found = mapping.keys.prefix(4).compactMap { $0.scalar?.string }.map(SettingError.quoted)
            let hint = found.isEmpty ? "" : " It begins with \(found.joined(separator: ", "))."
            throw error(
                mapping.mark?.line,
                "This is not a plan of nibble, or its version: is missing.\(hint) "
                    + "Expected: \(Self.expected).")
        }
        guard version.value.scalar?.string == "\(Self.version)" else {
            throw error(
                version.line, "This version of plans is not known: expected version: \(Self.version).")
        }
        if let (name, entry) = keys.filter({ !["version", "name", "model", "rules"].contains($0.key) })
            .min(by: { ($0.value.line ?? 0) < ($1.value.line ?? 0) })
        {
            throw error(
                entry.line,
                "\(SettingError.quoted(name)) is no part of a plan: expected version, name, model or rules.")
        }
        var plan = Plan()
        if let name = keys["name"] { plan.name = try text(name, "name") }
        if let model = keys["model"] { plan.model = try text(model, "model") }
        guard let rules = keys["rules"] else {
            throw error(
                mapping.mark?.line, "rules: is missing; write rules: [] for a plan that changes nothing.")
        }
        plan.rules = try self.rules(rules)
        return plan
    }

    private typealias Entry = (value: Node, line: Int?)

    private func entries(of mapping: Node.Mapping) throws(PlanError) -> [String: Entry] {
        var result: [String: Entry] = [:]
        for (key, value) in mapping {
            let line = key.mark?.line ?? value.mark?.line
            guard let name = key.scalar?.string else {
                throw error(line, "A key is expected to be a word such as rules or pattern.")
            }
            guard result.updateValue((value, line), forKey: name) == nil else {
                throw error(line, "\(SettingError.quoted(name)) is given twice.")
            }
        }
        return result
    }

    private func text(_ entry: Entry, _ what: String) throws(PlanError) -> String {
        guard let text = entry.value.scalar?.string else {
            throw error(entry.line, "\(what): is expected to be text on one line.")
        }
        return text
    }

    private func rules(_ entry: Entry) throws(PlanError) -> [PlanRule] {
        if let scalar = entry.value.scalar, scalar.string.isEmpty { return [] }
        guard let list = entry.value.sequence else {
            throw error(
                entry.line, "rules: is expected to be a list, each item beginning with “- pattern:”.")
        }
        guard list.count <= Self.largestRuleCount else {
            throw error(
                entry.line,
                "A plan has at most \(Self.largestRuleCount) rules, and this one has \(list.count).")
        }
        var rules: [PlanRule] = []
        for node in list { rules.append(try rule(node)) }
        return rules
    }

    private func rule(_ node: Node) throws(PlanError) -> PlanRule {
        guard let mapping = node.mapping else {
            throw error(node.mark?.line, "A rule is expected to have a pattern: and a setting:.")
        }
        let keys = try entries(of: mapping)
        if let name = keys.keys.filter({ $0 != "pattern" && $0 != "setting" }).min(), let entry = keys[name] {
            throw error(
                entry.line, "\(SettingError.quoted(name)) is no part of a rule: expected pattern and setting."
            )
        }
        guard let pattern = keys["pattern"], let setting = keys["setting"] else {
            let missing = keys["pattern"] == nil ? "pattern" : "setting"
            throw error(node.mark?.line, "The rule has no \(missing): it needs a pattern: and a setting:.")
        }
        let settingText = try text(setting, "setting")
        let patternText = try text(pattern, "pattern")
        let parsed: Setting?
        do { parsed = try Setting.parse(settingText) } catch {
            throw self.error(setting.line, error.description)
        }
        do {
            return try PlanRule(pattern: patternText, setting: parsed)
        } catch { throw self.error(pattern.line, error.description) }
    }
}
