import Foundation
import NibbleKernels
import NibbleQuantization
import NibbleStatistics
import NibbleTransformers

/// An open model with its plan and everything that has been found out about them.
struct Workspace: Sendable {
    /// The parts of the explorer screen that can have the focus.
    enum Panel: CaseIterable, Sendable {
        case layers, weights, details
    }

    /// The open model.
    let model: TransformerModel
    /// The plan, with undo and redo.
    var plans: PlanHistory {
        didSet {
            guard plans.current != oldValue.current else { return }
            if resolved.plan != plans.current { resolved = resolved.resolving(plans.current) }
            if tree.order.followsFigures { rebuildRows() }
        }
    }
    /// What the current plan means for each layer.
    private(set) var resolved: ResolvedPlan
    /// The layers by their names.
    let layers: [LayerPath: LinearLayer]
    /// Where the plan was loaded from or saved to.
    var planLocation: URL?
    /// Plans that are compared beside the current one.
    var pinned: [Plan] = []
    /// Cursor, folding, marks, filter and order of the layer tree.
    var tree = LayerTree() {
        didSet { if !tree.showsSameRows(as: oldValue) { rebuildRows() } }
    }
    /// The visible rows of the tree, from top to bottom.
    private(set) var rows: [LayerTreeRow] = []
    /// The panel with the focus.
    var focus = Panel.layers
    /// Errors of layers under settings, as far as they are known.
    var figures: [FigureKey: LayerFigures] = [:] {
        didSet { if tree.order.followsFigures { rebuildRows() } }
    }
    /// What the weights panel shows.
    var chart = WeightChart()
    /// The first row in sight of the details panel.
    var detailsTop = 0
    /// What the comparison shows.
    var comparison = Comparison()
    /// The figures that a job is computing; changes of the plan replace it.
    var requestedFigures: Set<FigureKey> = []
    /// The plan that was last kept for the next start.
    var keptPlan: Plan?

    /// Starts with a model and its plan.
    init(model: TransformerModel, plan: Plan, location: URL?, savedPlan: Plan) {
        self.model = model
        plans = PlanHistory(saved: savedPlan)
        plans.edit(plan)
        resolved = ResolvedPlan(plan, model: model)
        layers = Dictionary(model.layers.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        planLocation = location
        keptPlan = plan
        let firstBlock = model.layers.lazy.compactMap(\.block).first
        tree.foldedBlocks = Set(model.layers.compactMap(\.block)).subtracting([firstBlock].compactMap { $0 })
        tree.cursor = (model.layers.first { $0.block != nil } ?? model.layers.first).map { .layer($0.id) }
        rebuildRows()
    }
}

/// A layer in one storage: what a figure is about, however the layer is multiplied.
struct FigureKey: Hashable, Sendable {
    let layer: LayerPath
    let storage: StorageEncoding
}

/// What the tree shows of a layer under a setting.
struct LayerFigures: Hashable, Sendable {
    /// ‖x − x̂‖ ÷ ‖x‖ of the stored codes.
    let relativeError: Double
    /// Share of weights beyond the grid.
    let clippedFraction: Double
    /// Weights that are NaN or infinite.
    let nonFiniteCount: Int
}

extension Workspace {
    /// The layer that panels beside the tree show: the one under the cursor, or the first of a block.
    var chosenLayer: LinearLayer? {
        guard let id = chosenRow?.layers.first else { return nil }
        return layers[id]
    }

    /// The row under the cursor.
    var chosenRow: LayerTreeRow? { rows.first { $0.id == tree.cursor } ?? rows.first }

    /// Sorts and filters the layers anew.
    private mutating func rebuildRows() {
        rows = LayerTreeRows.rows(of: model.layers, tree: tree) { layer in
            switch tree.order {
            case .model, .name: 0
            case .size: Double(layer.shape.elementCount)
            case .error: figures(of: layer.id)?.relativeError ?? -1
            case .clip: figures(of: layer.id)?.clippedFraction ?? -1
            }
        }
    }

    /// The layers that a change applies to: the marked ones, else those of the row under the cursor.
    var targets: [LayerPath] {
        tree.marked.isEmpty ? chosenRow?.layers ?? [] : model.layers.map(\.id).filter(tree.marked.contains)
    }

    /// Makes a plan that was resolved already the current one.
    mutating func edit(_ plan: ResolvedPlan) {
        resolved = plan
        plans.edit(plan.plan)
    }

    /// The setting of a layer in the current plan; nil keeps it as stored.
    func setting(of id: LayerPath) -> Setting? { resolved.setting(of: id) }

    /// The setting of the layer that panels show.
    var chosenSetting: Setting? { chosenLayer.flatMap { setting(of: $0.id) } }

    /// What is known of a layer under its current setting.
    func figures(of id: LayerPath) -> LayerFigures? {
        setting(of: id).flatMap { figures[FigureKey(layer: id, storage: $0.storage)] }
    }

    /// What a running session counted in a layer under the current plan.
    func counters(of id: LayerPath) -> KernelReport? {
        comparison.snapshot?.contestants.dropFirst().first?.reports[id]
    }
}
