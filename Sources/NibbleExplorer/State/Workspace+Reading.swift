import NibbleKernels
import NibbleQuantization
import NibbleTransformers

extension Workspace {
    /// The current plan layer by layer.
    var resolved: PlanByLayer { table.plan }

    /// The place of the row under the cursor; the first where the cursor's row isn't shown.
    var cursorPlace: Int { rows.place(of: tree.cursor) ?? 0 }

    /// The row under the cursor.
    var chosenRow: LayerTreeRow? { rows.all.isEmpty ? nil : rows.all[cursorPlace] }

    /// The number of the layer that panels beside the tree show: the one under the cursor, or the first of a group.
    var chosenNumber: Int? { chosenRow.flatMap { table.firstLayer(of: $0.entry) } }

    /// The layer that panels beside the tree show.
    var chosenLayer: LinearLayer? { chosenNumber.map { table.structure.layers[$0] } }

    /// The setting of the layer that panels show.
    var chosenSetting: Setting? { chosenNumber.flatMap { table.setting(of: $0) } }

    /// The packed layout of the layer that panels show; nil where it stays as stored.
    var chosenLayout: PackedLayout? {
        chosenLayer.flatMap { table.plan.resolved.layout(of: $0.id) }
    }

    /// The layers that a change applies to: the marked ones, else those of the row under the cursor.
    var targets: [Int] {
        table.markedCount > 0 ? table.marked : chosenRow.map { table.layers(of: $0.entry) } ?? []
    }

    /// The setting of a layer in the current plan; nil keeps it as stored.
    func setting(of id: LayerPath) -> Setting? {
        table.structure.numbers[id].flatMap { table.setting(of: $0) }
    }

    /// What is known of a layer under its current setting.
    func figures(of id: LayerPath) -> LayerFigures? {
        table.structure.numbers[id].flatMap { table.figures[$0] }
    }

    /// What a run of the current plan counted in each layer; nil before the first.
    var currentReports: [LayerPath: KernelReport]? { currentSides.plan?.reports ?? currentItems?.reports }

    /// What a run of the current plan counted in a layer.
    func counters(of id: LayerPath) -> KernelReport? { currentReports?[id] }

    /// The form in which original and plan are compared.
    var form: any ComparisonForm { ComparisonForms.form(of: model) }

    /// Why the model cannot be run; nil when it can.
    var runProblem: String? { form.problem(of: model) }
}
