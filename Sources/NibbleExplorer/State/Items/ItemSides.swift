import NibbleEvaluation
import NibbleKernels
import NibbleQuantization
import NibbleTransformers

/// A plan's side of a comparison of encoders beside the original's: what may be shown under that plan's name.
struct ItemSides: Sendable {
    /// All that has come.
    let snapshot: ItemSnapshot
    /// The plan's place among the outputs; nil where the newest run was one of other plans.
    let contestant: Int?

    /// The sides that a run shows of a plan; nil before the first run.
    init?(_ result: ComparisonOutcome?, of plan: Plan) {
        guard let snapshot = result?.items else { return nil }
        self.snapshot = snapshot
        contestant = snapshot.contestant(of: plan)
    }

    /// The result of an item; nil where it has not come yet, or nothing comes.
    func result(_ item: Int) -> ItemResult? {
        guard snapshot.results.indices.contains(item), snapshot.results[item].problem == nil else {
            return nil
        }
        return snapshot.results[item]
    }

    /// What one side made of an item.
    func output(_ item: Int, ofPlan isPlan: Bool) -> ItemOutput? {
        guard let result = result(item), let place = isPlan ? contestant : 0 else { return nil }
        return result.outputs.indices.contains(place) ? result.outputs[place] : nil
    }

    /// How the plan's output for an item differs from the original's.
    func difference(_ item: Int) -> OutputDifference? {
        guard let contestant, let result = result(item),
            result.differences.indices.contains(contestant - 1)
        else { return nil }
        return result.differences[contestant - 1]
    }

    /// The item whose vector is nearest to an item's on one side.
    func nearest(_ item: Int, ofPlan isPlan: Bool) -> Int? {
        guard let place = isPlan ? contestant : 0, snapshot.nearest[place].indices.contains(item) else {
            return nil
        }
        return snapshot.nearest[place][item]
    }

    /// Places by which the plan moves `other` among those that are most alike to an item, the most alike first: above 0 towards
    /// the first; nil before both are known.
    func rise(of other: Int, besides item: Int) -> Int? {
        guard let contestant, let before = rank(of: other, besides: item, contestant: 0),
            let after = rank(of: other, besides: item, contestant: contestant)
        else { return nil }
        return before - after
    }

    /// How many of the others are more alike to an item than `other`.
    private func rank(of other: Int, besides item: Int, contestant: Int) -> Int? {
        guard item != other, snapshot.similarities[contestant].indices.contains(item) else { return nil }
        let row = snapshot.similarities[contestant][item]
        guard row.indices.contains(other), let own = row[other] else { return nil }
        return row.enumerated().count { place, similarity in
            guard place != item, place != other, let similarity else { return false }
            return similarity > own || similarity == own && place < other
        }
    }

    /// Whether the plan answers otherwise: another class, another word, or another nearest vector; nil before both are known.
    func hasChanged(_ item: Int) -> Bool? {
        guard let difference = difference(item) else { return nil }
        if let agrees = difference.agrees { return !agrees }
        guard let before = nearest(item, ofPlan: false) else { return nil }
        return nearest(item, ofPlan: true) != before
    }

    /// Milliseconds of computing for an item, of one side alone; nil before the first.
    func milliseconds(ofPlan isPlan: Bool) -> Double? {
        (isPlan ? contestant : 0).flatMap { milliseconds(ofContestant: $0) }
    }

    /// Milliseconds of computing for an item; 0 is the original.
    func milliseconds(ofContestant place: Int) -> Double? {
        guard snapshot.doneCount > 0, snapshot.seconds.indices.contains(place), snapshot.seconds[place] > 0
        else { return nil }
        return snapshot.seconds[place] * 1000 / Double(snapshot.doneCount)
    }

    /// What the plan's run counted in each layer.
    var reports: [LayerPath: KernelReport]? {
        contestant.flatMap { snapshot.reports.indices.contains($0) ? snapshot.reports[$0] : nil }
    }

    /// How the plan differs over all items.
    var summary: ItemSummary { ItemSummary(self) }
}

/// How a plan differs from the original over all items that have come.
struct ItemSummary: Sendable {
    /// Mean of KL(original‖plan) over the items, in nats; nil where there are no distributions.
    let meanKL: Double?
    /// The largest, and its item.
    let worstKL: (item: Int, value: Double)?
    /// Mean of the cosines of both vectors of each item; nil where there are no vectors.
    let meanCosine: Double?
    /// The smallest, and its item.
    let worstCosine: (item: Int, value: Double)?
    /// The share of items with the same answer; nil where none can be compared.
    let agreement: Double?
    /// Items that can be compared.
    let comparedCount: Int
    /// Items with another answer.
    let changed: [Int]

    init(_ sides: ItemSides) {
        let items = sides.snapshot.results.indices
        let differences = items.compactMap { item in sides.difference(item).map { (item, $0) } }
        let divergences = differences.compactMap { item, difference in
            difference.klDivergence.map { (item: item, value: $0) }
        }
        let cosines = differences.compactMap { item, difference in
            difference.cosine.map { (item: item, value: $0) }
        }
        meanKL = Self.mean(divergences.map(\.value))
        worstKL = divergences.max { $0.value < $1.value }
        meanCosine = Self.mean(cosines.map(\.value))
        worstCosine = cosines.min { $0.value < $1.value }
        let compared = items.compactMap { item in sides.hasChanged(item).map { (item, $0) } }
        comparedCount = compared.count
        changed = compared.filter(\.1).map(\.0)
        agreement = compared.isEmpty ? nil : 1 - Double(changed.count) / Double(compared.count)
    }

    private static func mean(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
}
