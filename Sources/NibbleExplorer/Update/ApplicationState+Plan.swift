import Foundation
import NibbleHome
import NibbleQuantization

extension ApplicationState {
    /// Takes back the last change of the plan.
    mutating func undo() {
        if workspace?.plans.undo() != true { refuse("There is nothing to undo.") }
    }

    /// Makes a change again that was taken back.
    mutating func redo() {
        if workspace?.plans.redo() != true { refuse("There is nothing to redo.") }
    }

    /// Pins the current plan beside the ones compared.
    mutating func pinPlan() {
        guard let workspace else { return }
        let plan = workspace.plans.current
        guard !workspace.pinned.contains(where: { $0.plan.rules == plan.rules }) else {
            return refuse("This plan is pinned already.")
        }
        self.workspace?.pinned.append(
            PinnedPlan(plan: plan, resolved: workspace.resolved, palette: workspace.table.palette))
        inform("Pinned as plan \(workspace.pinned.count + 1): runs compare it too. P takes it off.")
    }

    /// Takes the last pinned plan off again.
    mutating func unpinPlan() {
        guard workspace?.pinned.popLast() != nil else {
            return refuse("No plan is pinned: p pins the current one.")
        }
        workspace?.comparison.shownPlan = 0
    }

    /// Saves the plan to its file, or asks for one.
    mutating func savePlan() {
        guard let workspace else { return }
        guard let url = workspace.planLocation else { return askForPlanFile() }
        save(to: url)
    }

    /// Opens the dialog for the plan's file.
    ///
    /// - Parameter typed: what was typed before; nil proposes the plan's own file.
    mutating func askForPlanFile(_ typed: String? = nil) {
        guard let workspace else { return }
        let own = workspace.planLocation.map { UserPath.short($0) }
        let proposal = typed ?? own ?? "\(workspace.model.fileName).plan.yaml"
        overlay = .entry(.savePlan(proposal: proposal))
    }
}
