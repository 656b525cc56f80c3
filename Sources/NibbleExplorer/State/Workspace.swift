import Foundation
import NibbleCheckpoints
import NibbleQuantization
import NibbleTransformers

/// An open model with its plan and everything that has been found out about them.
struct Workspace: Sendable {
    /// The parts of the explorer screen that can have the focus.
    enum Panel: CaseIterable, Sendable {
        case layers, weights, details
    }

    /// The open model.
    let model: TransformerModel
    /// The model's weights and other numbers.
    let parameterCount: Int
    /// The plan, with undo and redo.
    var plans: PlanHistory {
        didSet {
            guard plans.current != oldValue.current else { return }
            if table.plan.resolved.plan != plans.current {
                table.apply(table.plan.resolved.resolving(plans.current))
            }
            table.receive(currentReports)
            if tree.order.followsFigures { rowsAreStale = true }
        }
    }
    /// What is known of each layer under the current plan.
    private(set) var table: LayerTable
    /// Where the plan was loaded from or saved to.
    var planLocation: URL?
    /// Plans that are compared beside the current one.
    var pinned: [PinnedPlan] = []
    /// Cursor, folding, filter and order of the layer tree.
    private(set) var tree: LayerTree
    /// The visible rows of the tree, from top to bottom.
    private(set) var rows: LayerTreeRows
    /// Whether something has changed which rows there are.
    private var rowsAreStale = false
    /// The panel with the focus.
    var focus = Panel.layers
    /// What the weights panel shows.
    var chart = WeightChart()
    /// The first row in sight of the details panel.
    var detailsTop = 0
    /// What the comparison shows.
    var comparison = Comparison()
    /// The plan that is kept for the next start.
    var kept = Wanted<Plan, Never>()
    /// Bytes of another nibble's kept plan that may be replaced.
    var agreed: Data?
    /// Another nibble's kept plan that must be asked about.
    var otherPlan: FoundPlanFile?
    /// Bytes of another nibble's kept plan that shall not be asked about again.
    var postponed: Data?
    /// What the model was opened from.
    let openedFrom: URL
    /// What has become of the model's files since they were opened; nil if they are as they were.
    var change: FileChangeError?

    /// Starts with a model and its plan.
    init(_ opened: OpenedModel) {
        model = opened.model
        openedFrom = opened.url
        parameterCount = opened.model.parameterCount
        plans = PlanHistory(saved: opened.savedPlan)
        plans.edit(opened.plan)
        table = LayerTable(
            opened.structure, plan: opened.plan, originalBytes: opened.model.checkpoint.totalByteCount)
        planLocation = opened.planLocation
        _ = kept.request(opened.plan)
        tree = LayerTree(opened.structure)
        rows = LayerTreeRows(tree, table)
        comparison.promptHistory = opened.prompts
        comparison.prompt = form.firstPrompt(own: opened.firstPrompt, earlier: opened.prompts.last, of: model)
        comparison.followsEdits = opened.startsRun && runProblem == nil && !comparison.prompt.isEmpty
    }

    /// Brings sums and rows up to date with what an event has changed; once per event, and only if something has.
    mutating func settle() {
        // Edits go on, but nothing is found out any more.
        if isStale { table.forgetFigures() }
        table.settle()
        guard rowsAreStale else { return }
        rowsAreStale = false
        rows = LayerTreeRows(tree, table)
        table.work.rowsMade += rows.all.count
    }

    /// Makes a plan that was resolved already the current one.
    mutating func edit(_ resolved: ResolvedPlan) {
        guard resolved.plan != plans.current else { return }
        table.apply(resolved)
        plans.edit(resolved.plan)
    }

    /// Goes on with what was done before the model's files were opened anew.
    mutating func resume(_ before: Workspace) {
        plans = before.plans
        (planLocation, kept) = (before.planLocation, before.kept)
        (agreed, otherPlan, postponed) = (before.agreed, before.otherPlan, before.postponed)
        (comparison.prompt, comparison.promptHistory) = (
            before.comparison.prompt, before.comparison.promptHistory
        )
        (comparison.mode, comparison.maximumTokens) = (
            before.comparison.mode, before.comparison.maximumTokens
        )
        for pinned in before.pinned {
            table.apply(table.plan.resolved.resolving(pinned.plan))
            self.pinned.append(PinnedPlan(plan: pinned.plan, resolved: table.plan, palette: table.palette))
        }
        table.apply(table.plan.resolved.resolving(plans.current))
        filter(by: before.tree.filter)
        focus = before.focus
    }

    /// Takes over how a person likes tree and chart.
    mutating func apply(_ preferences: Preferences) {
        tree.order = preferences.order
        (chart.kind, chart.grid) = (preferences.chart, preferences.grid)
        rowsAreStale = true
    }

    // MARK: Files that change

    /// Whether bytes in memory may not be those that were opened: nothing that is found out of them is true.
    var isStale: Bool { change?.change.touchesBytes == true }

    /// Takes away whatever was found out of the model's files, because it is no longer true.
    mutating func forgetFigures(_ reason: String) {
        forgetRun()
        comparison.run.fail(reason)
        comparison.followsEdits = false
        chart.analysis.fail(reason)
        rowsAreStale = true
    }

    // MARK: Changing what the tree shows

    /// Puts the cursor on a row; another one starts with its layer's first row and group.
    mutating func moveCursor(to entry: LayerHierarchy.Entry) {
        guard tree.cursor != entry else { return }
        tree.cursor = entry
        chart.row = 0
        chart.group = 0
    }

    /// Hides or shows what stands under a heading.
    mutating func setFolded(_ group: Int, _ isFolded: Bool) {
        if isFolded { tree.foldedGroups.insert(group) } else { tree.foldedGroups.remove(group) }
        rowsAreStale = true
    }

    /// Sorts the tree another way.
    mutating func nextOrder() {
        tree.order.advance()
        rowsAreStale = true
    }

    /// Shows the layers whose names match an expression somewhere, unfolded; all while it is no valid one.
    mutating func filter(by text: String) {
        guard text != tree.filter else { return }
        let shown = table.structure.matching(text)
        tree.filter = text
        table.show(shown)
        tree.unfold(shown, table.structure)
        rowsAreStale = true
    }

    /// Marks layers, or takes their marks off.
    mutating func mark(_ layers: [Int], _ isWanted: Bool) { table.mark(layers, isWanted) }

    // MARK: Taking in what jobs report

    /// Takes in figures for the tree.
    mutating func receive(_ figures: [FigureResult]) {
        table.receive(figures)
        if tree.order.followsFigures { rowsAreStale = true }
    }

    /// Takes in the newest state of a run.
    mutating func receive(_ run: ComparisonJob.Report, of key: Comparison.Key) {
        comparison.run.receive(run, of: key)
        table.receive(currentReports)
    }

    /// Takes away what the last run has written and counted: it must not be shown any longer.
    mutating func forgetRun() {
        comparison.run.forget()
        table.receive(nil)
    }

    /// Takes in a picture and figures of a layer, sampled or exact.
    mutating func receive(_ analysis: LayerAnalysis) {
        chart.analysis.receive(analysis, of: analysis.request)
        guard analysis.isExact, let storage = analysis.request.storage,
            let layer = table.structure.numbers[analysis.request.layer]
        else { return }
        let number = table.number(of: storage)
        receive([FigureResult(layer: layer, storage: number, figures: LayerFigures(analysis.error))])
    }

    /// The figures that the tree needs and nobody has asked for.
    mutating func neededFigures() -> FiguresJob? {
        isStale
            ? nil
            : table.neededFigures(besides: chosenNumber).map {
                FiguresJob(model: model, storages: table.palette.storages, requests: $0)
            }
    }
}
