import Foundation
import NibbleHome
import NibbleQuantization
import NibbleTransformers

/// Writes the plan to a file, unless somebody else wrote that file.
struct SavePlanJob: Job {
    static let lane = Lane.queued("files", isFinishedAtEnd: true)

    let plan: Plan
    let url: URL
    /// The model that the plan is for.
    let model: URL
    /// Bytes that may be replaced although somebody else wrote them.
    var agreed: Data?

    /// - Throws: what ``NibbleQuantization/PlanKeeper/save(_:to:replacing:)`` throws.
    func run(_ tools: JobTools, _ desk: JobDesk<PlanKeeper.Outcome>) throws {
        let outcome = try tools.opener.keeper.save(plan, to: url, replacing: agreed)
        if outcome == .saved { try? tools.opener.store.rememberPlan(url, forModelAt: model) }
        desk.report(outcome)
    }

    func receive(_ outcome: PlanKeeper.Outcome, _ state: inout ApplicationState) {
        switch outcome {
        case .found(let found): state.askAboutFile(found)
        case .saved: state.noteSaved(self)
        }
    }

    func end(_ problem: String?, _ state: inout ApplicationState) {
        if let problem { state.tellSavingProblem(problem) }
    }
}

/// Keeps plan and prompts for the next start.
struct KeepPlanJob: Job {
    static let lane = SavePlanJob.lane
    var replaces: String? { "plan" }

    let model: TransformerModel
    let plan: Plan
    /// The plan's file.
    let location: URL?
    /// Prompts run on this model, newest last.
    let prompts: [String]
    /// Bytes that may be replaced although another nibble kept them.
    var agreed: Data?

    /// - Throws: what ``NibbleQuantization/PlanKeeper/keep(_:location:forModelAt:replacing:)`` throws.
    func run(_ tools: JobTools, _ desk: JobDesk<PlanKeeper.Outcome>) throws {
        if let prompt = prompts.last {
            try tools.opener.store.rememberPrompt(prompt, of: ComparisonForms.form(of: model).history)
        }
        desk.report(
            try tools.opener.keeper.keep(
                plan, location: location, forModelAt: model.location, replacing: agreed))
    }

    func receive(_ outcome: PlanKeeper.Outcome, _ state: inout ApplicationState) {
        guard state.workspace?.model.location == model.location else { return }
        switch outcome {
        case .saved: state.workspace?.agreed = nil
        case .found(let found): state.noteOtherPlan(found)
        }
    }

    func end(_ problem: String?, _ state: inout ApplicationState) { state.noteKeeping(problem) }
}

/// Tries whether anything can be kept for the next start, so that it is said before there is something to lose.
struct CheckKeepingJob: Job {
    static let lane = SavePlanJob.lane

    func run(_ tools: JobTools, _ desk: JobDesk<String?>) { desk.report(tools.opener.store.problem()) }

    func receive(_ problem: String?, _ state: inout ApplicationState) {
        state.noteKeeping(problem?.printable)
    }
}
