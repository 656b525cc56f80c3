import Foundation

extension ApplicationState {
    /// Says why a key can't act.
    mutating func refuse(_ reason: String) { notice = Notice(kind: .refusal, text: reason) }

    /// Says that there is nothing in the direction of a key.
    mutating func refuseMove(by offset: Int) {
        refuse(offset < 0 ? "This is the first already." : "This is the last already.")
    }

    /// Says what a key did.
    mutating func inform(_ text: String) { notice = Notice(kind: .information, text: text) }

    /// Shows another screen of the open model.
    mutating func show(_ screen: any Screen) {
        guard screen.tab?.key != self.screen.tab?.key else {
            return refuse("This is the \(screen.title) screen.")
        }
        self.screen = screen
    }

    /// Opens the list of themes.
    mutating func pickTheme() { overlay = .picker(.themes(themes, current: theme)) }

    /// Switches the mouse off and on.
    mutating func toggleMouse() {
        isMouseEnabled.toggle()
        inform(isMouseEnabled ? "The mouse is on." : "The mouse is off: the terminal selects text again.")
    }

    /// Goes to the list of models, which is read anew; the run ends.
    mutating func showModels() {
        endRun()
        screen = ModelsScreen()
        chooser.isSearching = true
        start(FindModelsJob())
    }

    /// Opens a model.
    mutating func open(_ url: URL) {
        opening = url
        chooser.problem = nil
        // Of the model that is open already, the plan goes on as it stands here: it may not be written yet.
        let isOpen = workspace?.openedFrom.standardizedFileURL.path == url.standardizedFileURL.path
        start(OpenModelJob(url: url, resumes: isOpen ? workspace : nil))
    }
}
