import ArgumentParser
import Foundation
import NibbleCommandLine
import NibbleQuantization
import NibbleTransformers

/// The plan that a command works with: a file, then rules from the command line.
struct PlanOptions: ParsableArguments {
    @Option(help: "Plan file in YAML.")
    var plan: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "A rule behind those of the plan, such as '.*=int4 group=32'; may be given several times.",
            valueName: "pattern=setting"))
    var rules: [String] = []

    func validate() throws {
        for rule in rules { try Arguments.usage { _ = try PlanRule(parsing: rule) } }
    }

    /// Whether a plan was asked for.
    var isGiven: Bool { plan != nil || !rules.isEmpty }

    /// The plan for a model.
    ///
    /// A pattern of the command line that means no layer is an error; one in a file gives a remark, as plans are made
    /// for other models too.
    func resolve(for model: TransformerModel) throws -> ResolvedPlan {
        let layers = PlannedLayers(model)
        var result = try plan.map { try Plan.load(URL(fileURLWithPath: $0)) } ?? Plan(name: "plan")
        for pattern in ResolvedPlan(result, layers).idlePatterns {
            StandardError.write("nibble: The plan's pattern \(pattern) matches no layer of \(model.name).")
        }
        for text in rules {
            let rule = try PlanRule(parsing: text)
            _ = try Arguments.layers(matching: rule.pattern, in: model)
            result.rules.append(rule)
        }
        return ResolvedPlan(result, layers)
    }
}
