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
            if plans.current != oldValue.current { settings = plans.current.resolve(model.layers) }
        }
    }
    /// The current plan's setting of each layer; a layer without one stays as stored.
    private(set) var settings: [LayerID: Setting]
    /// Where the plan was loaded from or saved to.
    var planLocation: URL?
    /// Plans that are compared beside the current one.
    var pinned: [Plan] = []
    /// Cursor, folding, marks, filter and order of the layer tree.
    var tree = LayerTree()
    /// The panel with the focus.
    var focus = Panel.layers
    /// Errors of layers under settings, as far as they are known.
    var figures: [FigureKey: LayerFigures] = [:]
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
        settings = savedPlan.resolve(model.layers)
        plans.edit(plan)
        settings = plans.current.resolve(model.layers)
        planLocation = location
        keptPlan = plan
        let firstBlock = model.layers.lazy.compactMap(\.block).first
        tree.foldedBlocks = Set(model.layers.compactMap(\.block)).subtracting([firstBlock].compactMap { $0 })
        tree.cursor = (model.layers.first { $0.block != nil } ?? model.layers.first).map { .layer($0.id) }
    }
}

/// A layer under one encoding: what a figure is about.
struct FigureKey: Hashable, Sendable {
    let layer: LayerID
    let setting: Setting
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
        return model.layers.first { $0.id == id }
    }

    /// The row under the cursor.
    var chosenRow: LayerTreeRow? {
        let rows = rows
        return rows.first { $0.id == tree.cursor } ?? rows.first
    }

    /// The visible rows of the tree.
    var rows: [LayerTreeRow] {
        LayerTreeRows.rows(of: model.layers, tree: tree) { layer in
            switch tree.order {
            case .model, .name: 0
            case .size: Double(layer.shape.elementCount)
            case .error: figures(of: layer.id)?.relativeError ?? -1
            case .clip: figures(of: layer.id)?.clippedFraction ?? -1
            }
        }
    }

    /// The layers that a change applies to: the marked ones, else those of the row under the cursor.
    var targets: [LayerID] {
        tree.marked.isEmpty ? chosenRow?.layers ?? [] : model.layers.map(\.id).filter(tree.marked.contains)
    }

    /// The setting of a layer in the current plan; nil keeps it as stored.
    func setting(of id: LayerID) -> Setting? { settings[id] }

    /// The setting of the layer that panels show.
    var chosenSetting: Setting? { chosenLayer.flatMap { setting(of: $0.id) } }

    /// What is known of a layer under its current setting.
    func figures(of id: LayerID) -> LayerFigures? {
        setting(of: id).flatMap { figures[FigureKey(layer: id, setting: $0)] }
    }

    /// What a running session counted in a layer under the current plan.
    func counters(of id: LayerID) -> KernelReport? {
        comparison.snapshot?.contestants.dropFirst().first?.reports[id]
    }
}
