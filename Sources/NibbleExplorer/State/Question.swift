/// A dialog that asks what should be done, with the answers to choose from.
struct Question: Sendable {
    /// One answer.
    struct Choice: Sendable {
        /// A word or two.
        let label: String
        /// What it does, in a line.
        let detail: String
        /// Does it; the dialog is closed already.
        let answer: KeyBinding.Answer

        init(_ label: String, _ detail: String, answer: @escaping KeyBinding.Answer = { _ in }) {
            self.label = label
            self.detail = detail
            self.answer = answer
        }
    }

    let title: String
    /// What the question is about, in sentences.
    let lines: [String]
    /// The answers; the first is proposed, and the last leaves all as it is.
    let choices: [Choice]
    /// The answer under the cursor.
    var cursor = 0

    /// Moves the cursor, staying inside the list.
    mutating func move(by offset: Int) { cursor = min(max(cursor + offset, 0), choices.count - 1) }
}
