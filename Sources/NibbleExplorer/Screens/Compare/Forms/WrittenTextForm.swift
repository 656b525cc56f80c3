import NibbleEvaluation
import NibbleTerminal
import NibbleTransformers

/// Language models: texts that original and plan write token by token.
struct WrittenTextForm: ComparisonForm {
    let history: String? = nil
    let writesTokens = true

    func fits(_ description: TransformerDescription) -> Bool { description.kind == .causalLanguageModel }

    func problem(of model: TransformerModel) -> String? { model.runProblem }

    func firstPrompt(own: String?, earlier: String?, of model: TransformerModel) -> String {
        own ?? earlier ?? "Once upon a time"
    }

    // MARK: The prompt

    func entry(_ prompt: String, for model: TransformerModel) -> TextEntry {
        // Longer texts can't fit: no usual text has more characters for each token.
        let most = model.contextLength > 0 ? min(16 * model.contextLength, Self.longest) : Self.longest
        return .prompt(prompt, title: "Prompt", mostCharacters: most)
    }

    /// Characters that a prompt has at most, whatever the context.
    private static let longest = 200_000

    /// Tokens, or the characters of a text that takes long to count.
    func hint(_ text: String, for model: TransformerModel) -> EntryHint {
        let limit = model.contextLength
        guard let tokenizer = model.tokenizer, limit > 0, text.count <= EntryHint.longestCounted else {
            return EntryHint(text: "\(FigureText.grouped(text.count)) characters")
        }
        let tokens = tokenizer.encode(text).count
        return EntryHint(
            text: "\(FigureText.grouped(tokens)) of \(FigureText.grouped(limit)) tokens",
            isWarning: tokens > limit)
    }

    /// A prompt that is longer than the model's context can't be run.
    func entryProblem(_ text: String, for model: TransformerModel) -> String? {
        guard let tokenizer = model.tokenizer, model.contextLength > 0 else { return nil }
        let count = tokenizer.encode(text).count
        guard count > model.contextLength else { return nil }
        return "The prompt has \(FigureText.grouped(count)) tokens, the model takes "
            + "\(FigureText.grouped(model.contextLength)): shorten it."
    }

    // MARK: The run

    func compare(_ job: ComparisonJob, _ tools: JobTools, _ desk: JobDesk<ComparisonOutcome>) throws {
        try job.compareTexts(tools, desk)
    }

    func movementKey(in workspace: Workspace) -> TokenMovements.Key? { workspace.tokenMovementKey }

    func damage(in workspace: Workspace) -> DamageFigure {
        let sides = workspace.currentSides
        return DamageFigure(
            label: "KL", value: sides.damage.map(FigureText.nats), agreement: sides.agreement)
    }

    // MARK: The screen

    var bindings: [KeyBinding] { Self.bindings }

    private static let bindings: [KeyBinding] =
        SharedBindings.run + SharedBindings.prompt
        + [
            .init("n", label: "next split", shownKeys: "n/N", help: "To the next differing token") {
                $0.moveToSplit(forward: true)
            },
            .init("N", help: "To the differing token before") { $0.moveToSplit(forward: false) },
            .init("b", label: "blame", help: "To the layer that moved this token most") { $0.blameLayer() },
            .init("left", "h", label: "token", shownKeys: "←/→", help: "To the token before") {
                $0.moveTokenCursor(by: -1)
            },
            .init("right", "l", help: "To the next token") { $0.moveTokenCursor(by: 1) },
        ]
        + KeyBinding.rows(of: "line of tokens") { $0.moveTokenLine(by: $1) }
        + KeyBinding.pages(of: "token", homeKeys: ["home", "g"]) { $0.moveByTokenPages($1) }
        + SharedBindings.tabs
        + [
            .init("M", label: "mode", help: "Teacher-forced or free-running") {
                $0.workspace?.comparison.mode.advance()
            },
            .init("C", label: "continue", help: "Continue with as many tokens again") { $0.continueRun() },
        ] + SharedBindings.compared + SharedBindings.plan + SharedBindings.models + SharedBindings.program

    func showsLayers(_ state: ApplicationState, _ workspace: Workspace) -> Bool {
        !CompareLayout(size: state.size).layers.isEmpty
    }

    func draw(_ state: ApplicationState, _ workspace: Workspace, in canvas: inout Canvas) {
        CompareView(state: state, workspace: workspace).draw(in: &canvas)
    }

    func drawStrip(
        _ state: ApplicationState, _ workspace: Workspace, in canvas: inout Canvas, original: Rect, plan: Rect
    ) {
        ComparisonStrip(
            workspace: workspace, theme: state.theme, status: state.jobs.status(in: ComparisonJob.lane)?.text
        ).draw(in: &canvas, original: original, quantized: plan)
    }
}

extension EntryHint {
    /// Characters of the longest text whose tokens are counted at each key.
    static let longestCounted = 20_000
}
