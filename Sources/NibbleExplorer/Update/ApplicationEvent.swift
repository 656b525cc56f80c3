import Foundation
import NibbleEvaluation
import NibbleQuantization
import NibbleTerminal
import NibbleTransformers

/// Everything that can change the state: what the user does, and what jobs report.
enum ApplicationEvent: Sendable {
    /// A key, a paste, the mouse or a new size.
    case terminal(Event)
    /// The models that can be opened were found.
    case modelsFound([Chooser.Section])
    /// A model was opened, with the plan and prompts kept from last time.
    case modelOpened(OpenedModel)
    /// A model could not be opened.
    case openingFailed(URL, problem: String)
    /// A picture and figures of a layer, sampled or exact.
    case analysed(LayerAnalysis)
    /// A layer's analysis failed.
    case analysisFailed(AnalysisRequest, problem: String)
    /// Figures of one layer for the tree.
    case figures(FigureKey, LayerFigures)
    /// The comparison encodes weights or reads the prompt: the share done.
    case comparisonPreparing(generation: Int, share: Double)
    /// The comparison has new tokens.
    case comparisonUpdated(generation: Int, ComparisonSnapshot)
    /// The comparison is over, or could not be done.
    case comparisonEnded(generation: Int, problem: String?)
    /// The plan was written to a file, or could not be.
    case planSaved(Plan, URL, problem: String?)
}

/// A model ready to be shown.
struct OpenedModel: Sendable {
    let model: TransformerModel
    /// The plan to start with.
    let plan: Plan
    /// The plan as it lies in its file; differs from `plan` when there were unsaved changes.
    let savedPlan: Plan
    /// The plan's file.
    let planLocation: URL?
    /// Prompts run before on this model, newest last.
    let prompts: [String]
    /// The prompt that comes with the model; nil goes on with the last one.
    let firstPrompt: String?
    /// What was odd, for the message line.
    let remark: String?
    /// Whether the prompt should be run at once.
    let startsRun: Bool
}
