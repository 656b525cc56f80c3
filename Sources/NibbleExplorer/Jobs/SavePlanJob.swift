import Foundation
import NibbleQuantization
import NibbleTransformers

/// Writes the plan to a file.
struct SavePlanJob: Job {
    static let lane = Lane.queued("files", isFinishedAtEnd: true)

    let plan: Plan
    let url: URL

    /// - Throws: what ``NibbleQuantization/Plan/save(_:)`` throws.
    func run(_ tools: JobTools, _ desk: JobDesk<Never>) throws { try plan.save(url) }

    func receive(_ report: Never, _ state: inout ApplicationState) {}

    func end(_ problem: String?, _ state: inout ApplicationState) {
        if let problem {
            state.notice = Notice(kind: .failure, text: problem)
            return
        }
        state.workspace?.planLocation = url
        state.workspace?.plans.markSaved(plan)
        state.inform("Saved the plan to \(url.path).")
        // The file is remembered with the plan, so that the next start knows what was saved.
        if let keep = state.workspace?.keepJob { state.start(keep) }
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

    func run(_ tools: JobTools, _ desk: JobDesk<Never>) {
        tools.opener.keep(plan, location: location, prompts: prompts, for: model)
    }

    func receive(_ report: Never, _ state: inout ApplicationState) {}
}
