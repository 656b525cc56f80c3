import NibbleTerminal
import NibbleTransformers

/// A form in which a model's original and plans are compared: what goes in, what comes out, and how it is shown.
///
/// A form is one file here and one entry in ``ComparisonForms``. The Compare screen, the strip below the explorer, the header,
/// the prompt's dialog and the job ask the form and never the kind of a model.
protocol ComparisonForm: Sendable {
    /// Whether it is the form of what a model gives.
    func fits(_ description: TransformerDescription) -> Bool
    /// Why a model of this form cannot be run, as a sentence; nil when it can.
    func problem(of model: TransformerModel) -> String?

    // MARK: The prompt

    /// What the prompts of this form are kept under; nil for those of language models.
    var history: String? { get }
    /// The prompt that lies beside a model's files in the way of this form; may look into folders.
    func ownPrompt(of model: TransformerModel) -> String?
    /// The prompt of a model that was just opened; empty where a person must give one.
    ///
    /// - Parameters:
    ///   - own: The prompt that comes with the model.
    ///   - earlier: The one that was run last on a model of this form.
    func firstPrompt(own: String?, earlier: String?, of model: TransformerModel) -> String
    /// The dialog for the prompt.
    func entry(_ prompt: String, for model: TransformerModel) -> TextEntry
    /// One line about what is typed.
    func hint(_ text: String, for model: TransformerModel) -> EntryHint
    /// Why a text can't be run, as a sentence; nil when it can.
    func entryProblem(_ text: String, for model: TransformerModel) -> String?

    // MARK: The run

    /// Whether tokens are written, so that mode and number of tokens count.
    var writesTokens: Bool { get }
    /// Runs original and plans.
    ///
    /// - Throws: Errors whose descriptions are sentences; `KernelError.cancelled` when cancelled.
    func compare(_ job: ComparisonJob, _ tools: JobTools, _ desk: JobDesk<ComparisonOutcome>) throws
    /// What the movements of what is under the cursor depend on; nil where no plan has got so far.
    func movementKey(in workspace: Workspace) -> TokenMovements.Key?
    /// How far the current plan is from the original, in one figure, and on how much they agree.
    func damage(in workspace: Workspace) -> DamageFigure

    // MARK: The screen

    /// The keys of the Compare screen, in the order in which footer and help show them.
    var bindings: [KeyBinding] { get }
    /// Whether the layers that moved most have room.
    func showsLayers(_ state: ApplicationState, _ workspace: Workspace) -> Bool
    /// Draws the Compare screen.
    func draw(_ state: ApplicationState, _ workspace: Workspace, in canvas: inout Canvas)
    /// Draws the two panels below the explorer.
    func drawStrip(
        _ state: ApplicationState, _ workspace: Workspace, in canvas: inout Canvas, original: Rect,
        plan: Rect)
}

extension ComparisonForm {
    func ownPrompt(of model: TransformerModel) -> String? { nil }
}

/// The one list of forms.
enum ComparisonForms {
    /// All forms; the first stands for models that nothing is known of.
    static let all: [any ComparisonForm] = [
        WrittenTextForm(), ClassesForm(), MaskedWordsForm(), VectorsForm(),
    ]

    /// The form of a model.
    static func form(of model: TransformerModel) -> any ComparisonForm {
        guard let description = model.description else { return all[0] }
        return all.first { $0.fits(description) } ?? all[0]
    }
}

/// One line below a text that is typed.
struct EntryHint: Hashable {
    let text: String
    /// Whether it says that something is not as it should be.
    var isWarning = false
}

/// How far a plan is from the original, in one figure.
struct DamageFigure: Hashable {
    /// What the figure is: `KL`, or `cos` for the cosine of vectors.
    let label: String
    /// The figure; nil before there is one.
    let value: String?
    /// The share of tokens or inputs on which both agree.
    var agreement: Double?
}
