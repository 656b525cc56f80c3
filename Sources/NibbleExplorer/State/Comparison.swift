import NibbleEvaluation
import NibbleQuantization

/// The comparison of the original with the plan and the pinned plans.
struct Comparison: Sendable {
    /// What a run depends on; a run for an older key is cancelled and its results are dropped.
    struct Key: Hashable, Sendable {
        var prompt: String
        var mode: ComparisonMode
        var maximumTokens: Int
        var plans: [Plan]
    }

    /// The prompt that is run.
    var prompt = "Once upon a time"
    /// Prompts that were run before, newest last.
    var promptHistory: [String] = []
    /// Whether the plan reads the original's tokens or writes its own.
    var mode = ComparisonMode.teacherForced
    /// Tokens to write.
    var maximumTokens = 64
    /// The newest state of the run.
    var snapshot: ComparisonSnapshot?
    /// What the run under way, or the last one, depends on.
    var requested: Key?
    /// Counts runs; results of older ones are dropped.
    var generation = 0
    /// Whether a run is under way.
    var isRunning = false
    /// Whether edits of the plan start the run again by themselves.
    var followsEdits = false
    /// What the run is doing before its first token, with the share done.
    var preparation: Double?
    /// Why the run could not be done.
    var problem: String?
    /// The token under the cursor, counted from the first that was written; nil follows the newest.
    var cursor: Int?
    /// Which plan stands at the right: 0 the current one, then the pinned ones.
    var shownPlan = 0
}

extension Comparison {
    /// The number of tokens that the reference has written so far.
    var tokenCount: Int { snapshot?.contestants.first?.records.count ?? 0 }

    /// The token whose neighbours are shown.
    var shownToken: Int? {
        guard tokenCount > 0 else { return nil }
        return min(cursor ?? tokenCount - 1, tokenCount - 1)
    }

    /// The plan's side of the comparison.
    var planProgress: ContestantProgress? {
        guard let contestants = snapshot?.contestants, contestants.count > 1 else { return nil }
        return contestants[min(1 + shownPlan, contestants.count - 1)]
    }
}
