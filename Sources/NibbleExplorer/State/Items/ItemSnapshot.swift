import NibbleEvaluation
import NibbleKernels
import NibbleQuantization
import NibbleTransformers

/// The state of a comparison of encoders at one moment: as many results as have come.
struct ItemSnapshot: Sendable {
    /// What is compared, in the order of the prompt.
    let items: [ComparedItem]
    /// The plans that are compared with the original.
    let plans: [Plan]
    /// What has come, in the order of the items.
    private(set) var results: [ItemResult] = []
    /// The images that have been read, by the place of their item.
    var pictures: [Int: ItemPictures] = [:]
    /// a·b ÷ (‖a‖·‖b‖) of each item's vector with each, for the original and each plan; nil where there is none.
    private(set) var similarities: [[[Double?]]]
    /// The item whose vector is nearest to each item's, for the original and each plan.
    private(set) var nearest: [[Int?]]
    /// Seconds of computing, for the original and each plan.
    var seconds: [Double] = []
    /// What each layer counted, for the original and each plan.
    var reports: [[LayerPath: KernelReport]] = []
    /// What a person should know of the input or of how vectors are made, as a sentence.
    var remark: String?

    /// Nothing has come yet.
    init(items: [ComparedItem], plans: [Plan]) {
        self.items = items
        self.plans = plans
        similarities = Array(repeating: [], count: plans.count + 1)
        nearest = similarities.map { _ in [] }
    }

    /// Items of which something came.
    var doneCount: Int { results.count { $0.problem == nil } }

    /// The place of a plan among the outputs; nil where it takes no part.
    ///
    /// Plans with the same rules make the same weights, whatever their names are.
    func contestant(of plan: Plan) -> Int? {
        plans.firstIndex { $0.rules == plan.rules }.map { $0 + 1 }
    }

    /// Takes in the result of the next item, with how alike its vectors are to those of the items before.
    ///
    /// - Parameter similarities: For the original and each plan one for each item so far, its own last.
    mutating func append(_ result: ItemResult, similarities rows: [[Double?]]) {
        results.append(result)
        for contestant in similarities.indices {
            let row =
                rows.indices.contains(contestant)
                ? rows[contestant] : Array(repeating: nil, count: results.count)
            for (item, similarity) in row.dropLast().enumerated() {
                similarities[contestant][item].append(similarity)
            }
            similarities[contestant].append(row)
            nearest[contestant] = similarities[contestant].indices.map {
                Self.nearest(to: $0, in: similarities[contestant][$0])
            }
        }
    }

    /// The most similar of the others; of equal ones the first.
    private static func nearest(to item: Int, in row: [Double?]) -> Int? {
        var best: (item: Int, similarity: Double)?
        for (other, similarity) in row.enumerated() where other != item {
            guard let similarity, similarity > best?.similarity ?? -.infinity else { continue }
            best = (other, similarity)
        }
        return best?.item
    }
}

/// What a run of the comparison finds out, in the form of what the model gives.
enum ComparisonOutcome: Sendable {
    /// Texts that are written token by token.
    case text(ComparisonSnapshot)
    /// What encoders make of inputs.
    case items(ItemSnapshot)

    /// The texts; nil for other forms.
    var text: ComparisonSnapshot? { if case .text(let snapshot) = self { snapshot } else { nil } }
    /// What encoders made; nil for other forms.
    var items: ItemSnapshot? { if case .items(let snapshot) = self { snapshot } else { nil } }
}
