import NibbleEvaluation
import NibbleTerminal

extension ComparisonSides {
    /// Whether the sides differ at each token; after a split of free-running texts every token differs.
    var differs: [Bool] { plan?.records.map { !$0.agrees } ?? [] }

    /// The lines of each side: broken alike along one text, on their own where each writes its own.
    func flows(width: Int) -> (original: TokenFlow, plan: TokenFlow) {
        let left = original?.records.map(\.text) ?? []
        let right = plan?.records.map(\.text) ?? []
        guard mode == .teacherForced else {
            return (TokenFlow(left.map { [$0] }, width: width), TokenFlow(right.map { [$0] }, width: width))
        }
        let flow = TokenFlow(
            left.indices.map { $0 < right.count ? [left[$0], right[$0]] : [left[$0]] }, width: width)
        return (flow, flow)
    }

    /// Draws one side.
    ///
    /// - Parameter isRunning: whether more may come.
    func view(ofPlan isPlan: Bool, isRunning: Bool, isNumbered: Bool, cursor: Int?, theme: Theme)
        -> TokenTextView
    {
        let progress = isPlan ? plan : original
        let markSlot: Slot = isPlan ? .red : .blue
        return TokenTextView(
            texts: progress?.records.map(\.text) ?? [], differs: differs, firstSplit: firstSplit,
            cursor: cursor, color: isPlan ? theme.plan : theme.original,
            mark: Style(foreground: theme[markSlot], background: theme.tint(markSlot, 0.22)).bold.underline,
            isNumbered: isNumbered, isStreaming: isRunning && progress != nil && progress?.finished == nil,
            theme: theme)
    }
}
