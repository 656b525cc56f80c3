import Foundation
import NibbleQuantization
import NibbleTerminal

extension ApplicationState {
    /// Answers one event: changes the state and returns the work to start.
    ///
    /// Never waits, never reads a file.
    mutating func update(_ event: ApplicationEvent) -> [Effect] {
        var effects: [Effect]
        switch event {
        case .terminal(let event): effects = updateTerminal(event)
        case .modelsFound(let sections):
            chooser.sections = sections
            chooser.isSearching = false
            chooser.cursor = min(chooser.cursor, max(chooser.models.count - 1, 0))
            effects = []
        case .modelOpened(let opened): effects = show(opened)
        case .openingFailed(let url, let problem):
            if opening == url { opening = nil }
            chooser.problem = problem
            effects = []
        case .analysed, .analysisFailed, .figures, .comparisonPreparing, .comparisonUpdated, .comparisonEnded:
            workspace?.receive(event)
            effects = []
        case .planSaved(let plan, let url, let problem): effects = planSaved(plan, url, problem)
        }
        effects += workspace?.neededWork(size: size, screen: screen) ?? []
        return effects
    }

    private mutating func updateTerminal(_ event: Event) -> [Effect] {
        switch event {
        case .resize(let size):
            self.size = size
            return []
        case .key(let key):
            notice = nil
            return overlay == nil ? press(key) : pressInOverlay(key)
        case .paste(let text): return paste(text)
        case .mouse(let mouse): return overlay == nil ? self.mouse(mouse) : []
        case .terminate:
            isFinished = true
            return []
        case .wake, .focus: return []
        }
    }

    private mutating func press(_ key: KeyPress) -> [Effect] {
        guard let action = KeyTable.action(for: key, in: context) else { return [] }
        return perform(action)
    }

    private mutating func paste(_ text: String) -> [Effect] {
        guard case .entry(var entry) = overlay else { return [] }
        entry.paste(text)
        return changeEntry(entry)
    }

    private mutating func show(_ opened: OpenedModel) -> [Effect] {
        opening = nil
        chooser.problem = nil
        screen = .explorer
        overlay = nil
        var workspace = Workspace(
            model: opened.model, plan: opened.plan, location: opened.planLocation, savedPlan: opened.savedPlan
        )
        workspace.comparison.promptHistory = opened.prompts
        if let prompt = opened.firstPrompt ?? opened.prompts.last { workspace.comparison.prompt = prompt }
        workspace.comparison.followsEdits = opened.startsRun && opened.model.runProblem == nil
        self.workspace = workspace
        if let remark = opened.remark { notice = Notice(kind: .information, text: remark) }
        return [.stopComparison]
    }

    private mutating func planSaved(_ plan: Plan, _ url: URL, _ problem: String?) -> [Effect] {
        if let problem {
            notice = Notice(kind: .failure, text: problem)
            return []
        }
        workspace?.planLocation = url
        workspace?.plans.markSaved(plan)
        notice = Notice(kind: .information, text: "Saved the plan to \(url.path).")
        // The file is remembered with the plan, so that the next start knows what was saved.
        return [workspace?.keepEffect].compactMap { $0 }
    }
}
