import NibbleEvaluation
import NibbleTerminal

extension CandidatesView {
    /// The most likely tokens at the cursor of a language model's text.
    init(_ workspace: Workspace, theme: Theme) {
        let token = workspace.shownToken
        let sides = workspace.shownSides
        func record(_ progress: ContestantProgress?) -> TokenRecord? {
            guard let token, let records = progress?.records, records.indices.contains(token) else {
                return nil
            }
            return records[token]
        }
        self.init(
            title: "Next token", context: token.map { Self.context($0, sides) } ?? "", noun: "token",
            original: record(sides.original), plan: record(sides.plan),
            originalTitle: workspace.originalTitle, planTitle: workspace.shownResolved.title, theme: theme)
    }

    /// `token 33 · after “… from beyond the”`.
    private static func context(_ token: Int, _ sides: ComparisonSides) -> String {
        let records = sides.original?.records ?? []
        let text = TokenFlow.shown(records[max(0, token - 5)..<token].map(\.text).joined())
        return "token \(token + 1)" + (text.isEmpty ? "" : " · after “…\(text)”")
    }
}
