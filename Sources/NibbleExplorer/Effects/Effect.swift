import Foundation
import NibbleQuantization
import NibbleTransformers

/// Work that the update asks for and never does itself.
enum Effect: Sendable {
    /// Find the models that can be opened.
    case findModels
    /// Open a model and the plan kept for it.
    case open(URL)
    /// Analyse a layer for the weights panel; replaces the analysis under way.
    case analyse(TransformerModel, AnalysisRequest)
    /// Compute figures of layers for the tree, in this order; replaces the job under way.
    case computeFigures(TransformerModel, [FigureKey])
    /// Run the prompt on the original and the plans; replaces the run under way.
    case compare(TransformerModel, Comparison.Key, generation: Int, isUrgent: Bool)
    /// End the run under way.
    case stopComparison
    /// Write the plan to a file.
    case savePlan(Plan, URL)
    /// Keep plan and prompts for the next start.
    case keep(TransformerModel, Plan, location: URL?, prompts: [String])
}
