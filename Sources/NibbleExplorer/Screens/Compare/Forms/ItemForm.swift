import NibbleEvaluation
import NibbleTerminal
import NibbleTransformers

/// A form of encoders, which read several inputs one by one: what comes out of each, and how it is shown.
protocol ItemForm: ComparisonForm {
    /// What an output is called, such as `class`; the head of its column.
    var outputNoun: String { get }
    /// Whether an input may be a pair of texts.
    var readsPairs: Bool { get }
    /// Texts that show something at once.
    func exampleTexts(for model: TransformerModel) -> String
    /// What a person should know who types texts; empty for nothing.
    func entryNote(for model: TransformerModel) -> String
    /// Why texts can't be run, as a sentence; nil when they can.
    func problem(ofTexts texts: [TextInput], for model: TransformerModel) -> String?
    /// What is kept and shown of an output.
    func output(_ output: EncoderOutput, original: EncoderOutput, of model: TransformerModel) -> ItemOutput
    /// The text of an item, with what is chosen of it marked.
    func text(of item: Int, in view: ItemListView) -> [Span]
    /// The answer of a side to an item in a few words; nil before it is known.
    func answer(to item: Int, ofPlan isPlan: Bool, in view: ItemListView) -> ItemAnswer?
    /// Rows that a frame of outputs wants, its borders among them.
    func outputRows(_ itemCount: Int) -> Int
    /// Draws the chosen item's outputs.
    func drawOutput(_ view: ItemsView, in canvas: inout Canvas, rect: Rect)
    /// Draws the chosen item's output of one side in few rows.
    func drawStripOutput(_ view: ItemStrip, ofPlan isPlan: Bool, in canvas: inout Canvas, rect: Rect)
}

/// What a side answers to an item, in a few words.
struct ItemAnswer: Hashable {
    /// The answer; cut in its middle where it is long.
    let label: String
    /// A figure that is always shown.
    var figure = ""

    /// Columns that both take.
    var columns: Int { label.columns + (figure.isEmpty ? 0 : 1 + figure.columns) }
}

extension ItemForm {
    var writesTokens: Bool { false }
    var readsPairs: Bool { false }
    func outputRows(_ itemCount: Int) -> Int { 9 }

    /// What the models of this form read.
    func input(of model: TransformerModel) -> any ItemInput { ItemInputs.input(of: model) }

    func problem(of model: TransformerModel) -> String? { EncoderRun.problem(of: model) }

    func entryNote(for model: TransformerModel) -> String { "" }

    func problem(ofTexts texts: [TextInput], for model: TransformerModel) -> String? { nil }

    func text(of item: Int, in view: ItemListView) -> [Span] {
        [Span(view.items[item].title, view.textStyle(item))]
    }

    // MARK: The prompt

    func ownPrompt(of model: TransformerModel) -> String? { input(of: model).ownPrompt(of: model) }

    func firstPrompt(own: String?, earlier: String?, of model: TransformerModel) -> String {
        let input = input(of: model)
        return [own, earlier].compactMap(\.self).first { input.entryProblem($0, self, for: model) == nil }
            ?? input.example(self, for: model)
    }

    func entry(_ prompt: String, for model: TransformerModel) -> TextEntry {
        .prompt(prompt, title: input(of: model).entryTitle(self), mostCharacters: 100_000)
    }

    func hint(_ text: String, for model: TransformerModel) -> EntryHint {
        input(of: model).hint(text, self, for: model)
    }

    func entryProblem(_ text: String, for model: TransformerModel) -> String? {
        input(of: model).entryProblem(text, self, for: model)
    }

    // MARK: The run

    func compare(_ job: ComparisonJob, _ tools: JobTools, _ desk: JobDesk<ComparisonOutcome>) throws {
        try job.compareItems(self, tools, desk)
    }

    func movementKey(in workspace: Workspace) -> TokenMovements.Key? { workspace.itemMovementKey }

    func damage(in workspace: Workspace) -> DamageFigure {
        let summary = workspace.currentItems?.summary
        return DamageFigure(
            label: "KL", value: summary?.meanKL.map(FigureText.nats), agreement: summary?.agreement)
    }

    // MARK: The screen

    func showsLayers(_ state: ApplicationState, _ workspace: Workspace) -> Bool {
        !ItemsLayout(state.size, workspace).layers.isEmpty
    }

    func draw(_ state: ApplicationState, _ workspace: Workspace, in canvas: inout Canvas) {
        ItemsView(state: state, workspace: workspace, form: self).draw(in: &canvas)
    }

    func drawStrip(
        _ state: ApplicationState, _ workspace: Workspace, in canvas: inout Canvas, original: Rect, plan: Rect
    ) {
        ItemStrip(
            workspace: workspace, form: self, theme: state.theme,
            status: state.jobs.status(in: ComparisonJob.lane)?.text
        ).draw(in: &canvas, original: original, plan: plan)
    }
}

extension ComparisonForms {
    /// The form of an encoder; nil for other models.
    static func itemForm(of model: TransformerModel) -> (any ItemForm)? { form(of: model) as? any ItemForm }
}
