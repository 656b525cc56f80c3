import NibbleEvaluation
import NibbleQuantization
import NibbleTerminal

extension ApplicationState {
    /// Answers what a key asks for.
    mutating func perform(_ action: Action) -> [Effect] {
        switch action {
        case .help: overlay = .help(top: 0)
        case .pickTheme: overlay = .picker(.themes(themes, current: theme))
        case .toggleMouse: toggleMouse()
        case .quit: isFinished = true
        case .showModels: return showModels()
        case .showExplorer: screen = .explorer
        case .showCompare: screen = .compare
        default: return performOnScreen(action)
        }
        return []
    }

    private mutating func performOnScreen(_ action: Action) -> [Effect] {
        switch screen {
        case .chooser: return performInChooser(action)
        case .explorer, .compare:
            guard workspace != nil else { return [] }
            return performInWorkspace(action)
        }
    }

    private mutating func performInWorkspace(_ action: Action) -> [Effect] {
        switch action {
        case .undo:
            if workspace?.plans.undo() != true { refuse("There is nothing to undo.") }
        case .redo:
            if workspace?.plans.redo() != true { refuse("There is nothing to redo.") }
        case .savePlan: return savePlan()
        case .savePlanAs: overlay = .entry(.savePlan(proposal: proposedPlanPath))
        case .showPlanChanges: overlay = .planChanges(top: 0)
        case .pinPlan: pinPlan()
        case .unpinPlan: unpinPlan()
        case .run: return run()
        case .editPrompt: editPrompt()
        case .continueRun: return continueRun()
        case .nextMode: workspace?.comparison.mode.advance()
        default: return screen == .explorer ? performInExplorer(action) : performInCompare(action)
        }
        return []
    }

    /// Says why a key can't act.
    mutating func refuse(_ reason: String) { notice = Notice(kind: .refusal, text: reason) }

    /// Says what a key did.
    mutating func inform(_ text: String) { notice = Notice(kind: .information, text: text) }

    private mutating func toggleMouse() {
        isMouseEnabled.toggle()
        inform(isMouseEnabled ? "The mouse is on." : "The mouse is off: the terminal selects text again.")
    }

    private mutating func showModels() -> [Effect] {
        screen = .chooser
        chooser.isSearching = true
        workspace?.stopComparison()
        return [.findModels, .stopComparison]
    }
}
