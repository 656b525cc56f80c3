import NibbleKernels
import NibbleText
import NibbleTransformers

/// What a plan means for each layer of a model: settings, packed layouts, sizes.
///
/// Made once per edit; weight sets, sizes, memory, files and screens all read it. An edit (``setting(_:to:)``) goes on from
/// the resolved plan: only what it changes is matched again.
///
///     let resolved = ResolvedPlan(plan, model: model)
///     resolved.setting(of: layer.id)?.description           // "int4 group=32"
///     resolved.setting([layer.id], to: nil).plan            // the plan that keeps that layer as stored
public struct ResolvedPlan: Sendable {
    /// The plan.
    public let plan: Plan
    /// The layers that it was resolved for.
    public let layers: PlannedLayers
    /// How large the model is as stored and under the plan; a layer whose setting can't be used counts as stored.
    public let size: PlanSize
    /// How the plan is called in titles: the format where there is one, else the mean bits per weight.
    public let title: String
    /// Why a setting can't be used with a layer, of the first such layer; nil if all can.
    public let problem: KernelError?

    let matching: RuleMatching
    private let layouts: [PackedLayout?]

    /// Resolves a plan for a model.
    public init(_ plan: Plan, model: TransformerModel) { self.init(plan, PlannedLayers(model)) }

    /// Resolves a plan for some layers.
    public init(_ plan: Plan, _ layers: PlannedLayers) {
        self.init(plan, layers, RuleMatching(plan.rules, layers))
    }

    init(_ plan: Plan, _ layers: PlannedLayers, _ matching: RuleMatching) {
        var found = PlanLayouts(plan.rules)
        var layouts: [PackedLayout?] = []
        layouts.reserveCapacity(layers.layers.count)
        var (packed, problem): (Int, KernelError?) = (0, nil)
        for (index, rule) in matching.rules.enumerated() {
            let result = rule < 0 ? nil : found.layout(of: layers.shapes[index], rule: rule)
            if case .failure(let error) = result { problem = problem ?? error }
            let layout = try? result?.get()
            layouts.append(layout)
            packed += layout?.byteCount ?? layers.storedByteCounts[index]
        }
        (self.plan, self.layers, self.matching) = (plan, layers, matching)
        (self.layouts, self.problem) = (layouts, problem)
        size = PlanSize(layers, packedByteCount: packed)
        title = Self.title(plan.rules, matching, size)
    }

    /// Another plan for the same layers.
    public func resolving(_ plan: Plan) -> ResolvedPlan { ResolvedPlan(plan, layers) }

    private static func title(_ rules: [PlanRule], _ matching: RuleMatching, _ size: PlanSize) -> String {
        let formats = Set(
            Set(matching.rules).map { $0 < 0 ? "" : rules[$0].setting?.storage.format ?? "" })
        if formats.count == 1, let format = formats.first { return format.isEmpty ? "as stored" : format }
        return size.bitsPerWeight == 0
            ? "mixed" : "mixed \(FigureText.decimals(size.bitsPerWeight, 1)) bit"
    }
}

extension ResolvedPlan {
    /// The setting of a layer by its place; nil keeps it as stored.
    func setting(at index: Int) -> Setting? {
        matching.rules[index] < 0 ? nil : plan.rules[matching.rules[index]].setting
    }

    /// For each layer the place of its rule in the plan; −1 for none.
    public var rules: [Int] { matching.rules }

    /// Bytes of each layer under the plan.
    public var byteCounts: [Int] {
        zip(layouts, layers.layers).map { $0?.byteCount ?? $1.storedByteCount }
    }

    /// The setting of a layer; nil keeps it as stored.
    public func setting(of id: LayerPath) -> Setting? { layers.index(of: id).flatMap(setting(at:)) }

    /// The packed layout of a layer; nil where it stays as stored, or where its setting can't be used with it.
    public func layout(of id: LayerPath) -> PackedLayout? { layers.index(of: id).flatMap { layouts[$0] } }

    /// Bytes of a layer; 0 for one that the model lacks.
    public func byteCount(of id: LayerPath) -> Int {
        guard let index = layers.index(of: id) else { return 0 }
        return layouts[index]?.byteCount ?? layers.storedByteCounts[index]
    }

    /// Bytes of the layers that have a setting, packed.
    public var packedByteCount: Int { layouts.reduce(0) { $0 + ($1?.byteCount ?? 0) } }

    /// The size, if every setting can be used with its layers.
    ///
    /// - Throws: ``NibbleKernels/KernelError`` that says why one can't.
    public func checkedSize() throws(KernelError) -> PlanSize {
        if let problem { throw problem }
        return size
    }

    /// Patterns that match no layer: usually a slip of the pen.
    public var idlePatterns: [String] {
        plan.rules.filter { RuleMatching.isIdle($0, layers) }.map(\.pattern)
    }

    /// The layers where this plan and one of the same layers differ, in their order.
    public func differences(from other: ResolvedPlan) -> [PlanDifference] {
        layers.layers.indices.compactMap { index in
            let (before, after) = (other.setting(at: index), setting(at: index))
            guard before != after else { return nil }
            return PlanDifference(layer: layers.layers[index].id, before: before, after: after)
        }
    }
}

/// Layouts of shapes under the settings of rules, each worked out once.
private struct PlanLayouts {
    private struct Key: Hashable {
        let storage: Int
        let shape: MatrixShape
    }

    private let rules: [PlanRule]
    private var storages: [StorageEncoding: Int] = [:]
    /// For each rule the number of its storage.
    private var numbers: [Int?]
    private var layouts: [Key: Result<PackedLayout, KernelError>] = [:]

    init(_ rules: [PlanRule]) {
        self.rules = rules
        numbers = [Int?](repeating: nil, count: rules.count)
    }

    /// The layout of a shape under a rule's setting; nil for one that keeps layers as stored.
    mutating func layout(of shape: MatrixShape, rule: Int) -> Result<PackedLayout, KernelError>? {
        guard let storage = rules[rule].setting?.storage else { return nil }
        let number = numbers[rule] ?? storages[storage] ?? storages.count
        if numbers[rule] == nil { (numbers[rule], storages[storage]) = (number, number) }
        let key = Key(storage: number, shape: shape)
        if let known = layouts[key] { return known }
        let made = Result { () throws(KernelError) in
            try FormatCatalogue.format(named: storage.format).layout(of: shape, encoding: storage)
        }
        layouts[key] = made
        return made
    }
}
