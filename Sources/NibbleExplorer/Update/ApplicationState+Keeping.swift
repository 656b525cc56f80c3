import Foundation
import NibbleHome
import NibbleQuantization

extension ApplicationState {
    // MARK: Saving

    /// Takes in that a plan is in its file.
    mutating func noteSaved(_ job: SavePlanJob) {
        guard workspace?.model.location == job.model else { return }
        closeSaveDialog()
        workspace?.planLocation = job.url
        workspace?.plans.markSaved(job.plan)
        inform("Saved the plan to \(UserPath.short(job.url).printable).")
        // The file is remembered with the plan, so that the next start knows what was saved.
        if let keep = workspace?.keepJob { start(keep) }
    }

    /// Says why a plan could not be saved: in the dialog with what was typed, if that is still open.
    mutating func tellSavingProblem(_ problem: String) {
        if case .entry(var entry) = overlay, case .savePlan = entry.purpose {
            entry.problem = problem
            overlay = .entry(entry)
        } else {
            notice = Notice(kind: .failure, text: problem)
        }
    }

    private mutating func closeSaveDialog() {
        if case .entry(let entry) = overlay, case .savePlan = entry.purpose { overlay = nil }
    }

    /// Saves the current plan to a file.
    ///
    /// - Parameter agreed: bytes that may be replaced although somebody else wrote them.
    mutating func save(to url: URL, replacing agreed: Data? = nil) {
        guard let workspace else { return }
        start(
            SavePlanJob(
                plan: workspace.plans.current, url: url, model: workspace.model.location, agreed: agreed))
    }

    /// Asks what should become of a file that somebody else wrote.
    mutating func askAboutFile(_ found: FoundPlanFile) {
        guard let workspace else { return }
        let conflict = PlanConflict(
            found, ours: workspace.plans.current, layers: workspace.resolved.resolved.layers)
        overlay = .question(.file(conflict))
    }

    /// Replaces the plan by both plans' changes together.
    mutating func takeBoth(_ conflict: PlanConflict) {
        guard let merged = conflict.merge?.merged else { return }
        workspace?.plans.edit(merged)
    }

    // MARK: Keeping

    /// Takes in whether plan and prompts could be kept for the next start.
    mutating func noteKeeping(_ problem: String?) {
        defer { keepingProblem = problem }
        guard let problem, keepingProblem == nil else { return }
        notice = Notice(kind: .failure, text: "Nothing is kept for the next start: \(problem)")
    }

    /// Takes in that another nibble has kept another plan for this model.
    mutating func noteOtherPlan(_ found: FoundPlanFile) {
        guard workspace?.postponed != found.bytes else { return }
        workspace?.otherPlan = found
    }

    /// Asks about another nibble's plan as soon as no other dialog is open.
    mutating func askAboutOtherPlan() {
        guard overlay == nil, let workspace, let found = workspace.otherPlan else { return }
        self.workspace?.otherPlan = nil
        let conflict = PlanConflict(
            found, ours: workspace.plans.current, layers: workspace.resolved.resolved.layers)
        overlay = .question(.otherPlan(conflict))
    }

    /// Keeps the current plan in place of another nibble's.
    mutating func keepOverOther(_ found: FoundPlanFile) {
        workspace?.agreed = found.bytes
        if let keep = workspace?.keepJob { start(keep) }
    }

    // MARK: Loading

    /// Opens the dialog in which a plan is chosen.
    mutating func choosePlan() {
        guard let workspace else { return }
        overlay = .planLoader(PlanLoader())
        start(FindPlansJob(model: workspace.model.location, directory: workspace.model.directory))
    }

    /// Reads a plan from a file.
    mutating func load(_ url: URL) {
        guard let workspace else { return }
        start(
            LoadPlanJob(
                url: url, layers: workspace.resolved.resolved.layers, model: workspace.model.location))
    }

    /// Goes on with a plan that was read; undo leads back to the one before.
    mutating func useLoadedPlan(_ plan: ResolvedPlan, from url: URL, isFile: Bool) {
        if case .planLoader = overlay { overlay = nil }
        workspace?.edit(plan)
        if isFile {
            workspace?.planLocation = url
            workspace?.plans.markSaved(plan.plan)
        }
        if let keep = workspace?.keepJob { start(keep) }
        let idle = plan.idlePatterns
        let name = url.lastPathComponent.printable(limit: 40)
        guard let first = idle.first else {
            return inform("Loaded \(name); u leads back to the plan before.")
        }
        notice = Notice(
            kind: .refusal,
            text:
                "Loaded \(name), but \(idle.count) of its \(plan.plan.rules.count) rules match no layer here, such as \(first.printable(limit: 40))."
        )
    }

    // MARK: Quitting

    /// Ends the program; asks first where something would be lost.
    mutating func quit() {
        isQuitting = true
        inform("Saving …")
    }

    /// Ends the program that was to end once everything is written, or says what could not be.
    mutating func settleQuitting() {
        guard isQuitting, !jobs.isBusy(SavePlanJob.lane) else { return }
        isQuitting = false
        notice = nil
        guard let problem = keepingProblem, workspace?.plans.isModified == true else {
            isFinished = overlay == nil
            return
        }
        overlay = .question(.quitting(problem))
    }
}
