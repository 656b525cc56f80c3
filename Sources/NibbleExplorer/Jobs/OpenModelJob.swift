import Foundation
import NibbleQuantization
import NibbleTransformers

/// Opens a model with the plan and the prompts kept for it.
struct OpenModelJob: Job {
    static let lane = Lane.latest("opening")

    let url: URL
    /// What was done before, if the same model's files are opened anew.
    var resumes: Workspace?

    /// - Throws: what ``NibbleTransformers/TransformerModel/open(_:)`` throws.
    func run(_ tools: JobTools, _ desk: JobDesk<OpenedModel>) throws {
        let opened = try tools.opener.open(url)
        tools.log.write("Opened \(url.path): \(opened.model.layers.count) layers.")
        desk.report(opened)
    }

    func receive(_ opened: OpenedModel, _ state: inout ApplicationState) {
        state.show(opened, resuming: resumes)
    }

    func end(_ problem: String?, _ state: inout ApplicationState) {
        guard let problem else { return }
        if state.opening == url { state.opening = nil }
        state.chooser.problem = problem
        if state.workspace != nil, state.screen.tab != nil {
            state.notice = Notice(kind: .failure, text: problem)
        }
        // There is something to choose from beside the sentence.
        if state.chooser.isSearching { state.start(FindModelsJob()) }
    }
}

/// A model ready to be shown.
struct OpenedModel: Sendable {
    /// What was opened.
    let url: URL
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
    /// What never changes about its layers.
    let structure: LayerStructure
}

extension ApplicationState {
    /// Shows a model that was opened; the run of the one before ends.
    ///
    /// - Parameter before: what to go on with, if the same model's files were opened anew.
    mutating func show(_ opened: OpenedModel, resuming before: Workspace? = nil) {
        endRun()
        // What they report is of the model before.
        cancelJobs(in: FiguresJob.lane)
        cancelJobs(in: AnalysisJob.lane)
        cancelJobs(in: MovementJob.lane)
        opening = nil
        chooser.problem = nil
        if before == nil || screen.tab == nil { screen = ExplorerScreen() }
        overlay = nil
        workspace = Workspace(opened)
        workspace?.comparison.maximumTokens = CompareLayout(size: size).firstRunTokens
        workspace?.apply(preferences)
        if let before { workspace?.resume(before) }
        start(WatchFilesJob(model: opened.model))
        if before != nil { return inform("The model’s files were read anew.") }
        // That something failed weighs more.
        guard let remark = opened.remark, notice?.kind != .failure else { return }
        // What is odd about the files is no success.
        let isOdd = !opened.model.remarks.isEmpty || workspace?.runProblem != nil
        notice = Notice(kind: isOdd ? .refusal : .information, text: remark)
    }
}
