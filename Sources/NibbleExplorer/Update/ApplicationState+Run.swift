import Foundation
import NibbleQuantization

extension ApplicationState {
    /// Runs the prompt on the original, the plan and the pinned plans.
    mutating func run() -> [Effect] {
        guard let workspace else { return [] }
        if let problem = workspace.model.runProblem {
            refuse(problem)
            return []
        }
        self.workspace?.comparison.followsEdits = true
        let history = workspace.comparison.promptHistory.filter { $0 != workspace.comparison.prompt }
        self.workspace?.comparison.promptHistory = history.suffix(99) + [workspace.comparison.prompt]
        self.workspace?.comparison.cursor = nil
        guard let start = self.workspace?.startComparison(isUrgent: true),
            let keep = self.workspace?.keepEffect
        else { return [] }
        return [keep, start]
    }

    /// Ends the run under way and keeps what it has written.
    mutating func stopRun() -> [Effect] {
        guard workspace?.comparison.state.isRunning == true else { return [] }
        workspace?.stopComparison()
        inform("Stopped. Enter runs the prompt again.")
        return [.stopComparison]
    }

    /// Runs again for as many tokens more.
    mutating func continueRun() -> [Effect] {
        guard let workspace, workspace.currentSides.tokenCount > 0 else {
            refuse("There is nothing to continue yet: Enter runs the prompt.")
            return []
        }
        let written = workspace.currentSides.tokenCount
        self.workspace?.comparison.maximumTokens = max(workspace.comparison.maximumTokens, written) + 64
        return run()
    }

    /// Opens the dialog for the prompt.
    mutating func editPrompt() {
        guard let comparison = workspace?.comparison else { return }
        overlay = .entry(.prompt(comparison.prompt))
    }

    /// Pins the current plan beside the ones compared.
    mutating func pinPlan() {
        guard let workspace else { return }
        let plan = workspace.plans.current
        guard !workspace.pinned.contains(where: { $0.plan.rules == plan.rules }) else {
            refuse("This plan is pinned already.")
            return
        }
        self.workspace?.pinned.append(PinnedPlan(plan: plan, resolved: workspace.resolved))
        inform("Pinned as plan \(workspace.pinned.count + 1): runs compare it too. P takes it off.")
    }

    /// Takes the last pinned plan off again.
    mutating func unpinPlan() {
        guard workspace?.pinned.popLast() != nil else {
            refuse("No plan is pinned: p pins the current one.")
            return
        }
        workspace?.comparison.shownPlan = 0
    }

    /// Saves the plan to its file, or asks for one.
    mutating func savePlan() -> [Effect] {
        guard let workspace else { return [] }
        guard let url = workspace.planLocation else {
            overlay = .entry(.savePlan(proposal: proposedPlanPath))
            return []
        }
        return [.savePlan(workspace.plans.current, url)]
    }

    /// The file that a plan without one is offered.
    var proposedPlanPath: String {
        guard let workspace else { return "plan.yaml" }
        return workspace.planLocation?.path ?? "\(workspace.model.name).plan.yaml"
    }
}
