import NibbleEvaluation
import NibbleQuantization

/// A plan's side of the comparison beside the original's: what may be shown under that plan's name.
struct ComparisonSides: Sendable {
    /// Whose tokens are read.
    let mode: ComparisonMode
    /// The original's side; nil before the first run.
    let original: ContestantProgress?
    /// The plan's side; nil where the newest run was one of other plans.
    let plan: ContestantProgress?
    /// How the plan differs from the original; nil before its first token.
    let divergence: DivergenceSummary?

    /// The sides that a snapshot shows of a plan.
    init(_ snapshot: ComparisonSnapshot?, of plan: Plan) {
        mode = snapshot?.mode ?? .teacherForced
        original = snapshot?.reference
        promptTokens = snapshot?.promptTokens ?? []
        self.plan = snapshot?.candidate(of: plan)
        divergence = self.plan.flatMap { $0.records.isEmpty ? nil : $0.divergence }
    }

    /// The prompt as the models read it.
    let promptTokens: [PromptToken]

    /// Why nothing more can be written; nil where it can.
    func end(contextLength: Int) -> String? {
        let writers = [original, mode == .freeRunning ? plan : nil].compactMap(\.self)
        if !writers.isEmpty, writers.allSatisfy({ $0.finished == .endOfText }) {
            return "The text ended here: the model chose its end of text. i edits the prompt."
        }
        let room = contextLength - promptTokens.count + 1
        return tokenCount >= room
            ? "The model's context of \(contextLength) tokens is full: i edits the prompt." : nil
    }

    /// The number of tokens that the original has written.
    var tokenCount: Int { original?.records.count ?? 0 }
    /// The mean divergence of the plan from the original, in nats per token.
    var damage: Double? { divergence?.meanKL }
    /// The share of compared tokens on which both agree.
    var agreement: Double? { divergence?.agreement }
    /// The first token that differs.
    var firstSplit: Int? { divergence?.firstSplit }

    /// The token that is shown: the one under the cursor, else the newest that both sides have.
    func shownToken(cursor: Int?) -> Int? {
        guard tokenCount > 0 else { return nil }
        let written = plan?.records.count ?? 0
        return min(cursor ?? (written > 0 ? written : tokenCount) - 1, tokenCount - 1)
    }
}
