/// How far a key for pages moves.
enum Paging: Sendable {
    /// By what is visible: 1 downwards, −1 upwards.
    case page(Int)
    /// By half of it.
    case halfPage(Int)
    /// To the beginning (−1) or the end (1).
    case end(Int)

    /// The rows to move by where so many are visible; `Int.max` or its opposite for the ends.
    func offset(visible: Int) -> Int {
        switch self {
        case .page(let direction): direction * max(1, visible)
        case .halfPage(let direction): direction * max(1, visible / 2)
        case .end(let direction): direction * .max
        }
    }
}

extension Int {
    /// The sum, or the largest or smallest number where it doesn't fit.
    func addingClamping(_ other: Int) -> Int {
        let (sum, overflows) = addingReportingOverflow(other)
        return overflows ? (other < 0 ? .min : .max) : sum
    }
}
