import NibbleEvaluation

/// The likeliest tokens, words or classes of the original and of a plan at one place, side by side.
struct Candidates {
    /// One candidate: its text, and rank and probability on both sides where it is among the likeliest.
    struct Row: Hashable {
        /// Its place among one side's candidates.
        struct Place: Hashable {
            let rank: Int
            let probability: Double
            let logit: Double
        }

        let text: String
        var original: Place?
        var plan: Place?

        /// Whether one side likes it best.
        var isFirst: Bool { original?.rank == 1 || plan?.rank == 1 }
    }

    /// The original's candidates in their order, then those that only the plan has.
    let rows: [Row]

    init(original: TokenRecord, plan: TokenRecord?) {
        var rows = original.top.enumerated().map {
            Row(text: $0.element.text, original: Self.place($0))
        }
        let places = Dictionary(
            original.top.enumerated().map { ($0.element.id, $0.offset) },
            uniquingKeysWith: { first, _ in first })
        for candidate in (plan?.top ?? []).enumerated() {
            if let place = places[candidate.element.id] {
                rows[place].plan = Self.place(candidate)
            } else {
                rows.append(Row(text: candidate.element.text, plan: Self.place(candidate)))
            }
        }
        self.rows = rows
    }

    private static func place(_ candidate: (offset: Int, element: TokenRecord.Candidate)) -> Row.Place {
        Row.Place(
            rank: candidate.offset + 1, probability: candidate.element.probability,
            logit: candidate.element.logit)
    }

    /// The rows for a list of some length: the original's likeliest, and the plan's first wherever that stands.
    func shown(_ count: Int) -> [Row] {
        let first = Array(rows.prefix(max(0, count)))
        guard count > 1, let best = rows.first(where: { $0.plan?.rank == 1 }), !first.contains(best) else {
            return first
        }
        return first.dropLast() + [best]
    }
}

extension TokenRecord {
    /// The probability that some likeliest tokens leave to all others.
    func others(besides count: Int) -> Double {
        max(0, 1 - top.prefix(count).reduce(0) { $0 + $1.probability })
    }
}
