import NibbleEvaluation
import NibbleQuantization

/// The comparison of the original with the plan and the pinned plans.
struct Comparison: Sendable {
    /// What a run depends on; a run for an older key is cancelled and its results are dropped.
    struct Key: Hashable, Sendable {
        var prompt: String
        var mode: ComparisonMode
        var maximumTokens: Int
        /// The plans, each once.
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
    /// The newest run; what has come may be of a plan that has been edited since.
    var run = Wanted<Key, ComparisonOutcome>()
    /// What is known of the layers at the token under the cursor.
    var movements = TokenMovements()
    /// Whether edits of the plan start the run again by themselves.
    var followsEdits = false
    /// The token under the cursor, counted from the first that was written; nil follows the newest.
    var cursor: Int?
    /// Lines that the Explorer's texts were scrolled back from their end.
    var linesBack = 0
    /// What of the inputs of an encoder is looked at.
    var itemCursor = ItemCursor()
    /// Which plan stands at the right of the comparison screen: 0 the current one, then the pinned ones.
    var shownPlan = 0

    /// Puts the prompt behind those that were run before; a book isn't kept for the next start.
    mutating func rememberPrompt() {
        guard prompt.utf8.count <= Self.longestKeptPrompt else { return }
        promptHistory = promptHistory.filter { $0 != prompt }.suffix(99) + [prompt]
    }

    /// Bytes of the longest prompt that is kept.
    private static let longestKeptPrompt = 16384

    /// What the newest state tells of a plan and of the original beside it.
    func sides(of plan: Plan) -> ComparisonSides { ComparisonSides(run.value?.text, of: plan) }
}

/// A plan that is compared beside the current one, and what it means for each layer.
struct PinnedPlan: Sendable {
    let plan: Plan
    let resolved: PlanByLayer
    /// The settings that its choices number.
    let palette: SettingPalette
}

extension Workspace {
    /// The current plan's side of the comparison: all that may stand under its name.
    var currentSides: ComparisonSides { comparison.sides(of: plans.current) }

    /// The pinned plan that was chosen on the comparison screen; nil for the current one.
    var shownPinned: PinnedPlan? {
        let index = comparison.shownPlan - 1
        return pinned.indices.contains(index) ? pinned[index] : nil
    }

    /// The side of the plan that was chosen on the comparison screen.
    var shownSides: ComparisonSides { comparison.sides(of: shownPinned?.plan ?? plans.current) }

    /// What the plan that was chosen on the comparison screen means for each layer.
    var shownResolved: PlanByLayer { shownPinned?.resolved ?? resolved }

    /// The setting of a layer in the plan that was chosen on the comparison screen.
    func shownSetting(of layer: Int) -> Setting? {
        guard let pinned = shownPinned else { return table.setting(of: layer) }
        return pinned.resolved.choices[layer].map { pinned.palette.settings[$0] }
    }

    /// The token that the comparison screen shows.
    var shownToken: Int? { shownSides.shownToken(cursor: comparison.cursor) }
}
