import NibbleTerminal

extension ApplicationState {
    /// Answers one event: changes the state and returns the work to start.
    ///
    /// Never waits, never reads a file.
    mutating func update(_ event: ApplicationEvent) -> [Effect] {
        switch event {
        case .terminal(let event): updateTerminal(event)
        case .job(let message): receive(message)
        }
        startNeededWork()
        askAboutOtherPlan()
        keepPreferences()
        settleQuitting()
        defer { effects = [] }
        return effects
    }

    private mutating func updateTerminal(_ event: Event) {
        switch event {
        case .resize(let size): self.size = size
        case .key(let key):
            notice = nil
            if overlay == nil { screen.binding(of: key)?.answer(&self) } else { pressInOverlay(key) }
        case .paste(let text): paste(text)
        case .mouse(let mouse): if overlay == nil { answer(mouse) }
        case .terminate: isFinished = true
        case .wake, .focus: break
        }
    }

    /// A click chooses what it points at, the wheel scrolls it.
    private mutating func answer(_ mouse: MouseEvent) {
        switch mouse.action {
        case .wheelDown: screen.wheel(1, &self)
        case .wheelUp: screen.wheel(-1, &self)
        case .press(.left): screen.click(mouse.point, &self)
        default: break
        }
    }

    private mutating func paste(_ text: String) {
        if case .planLoader(var loader) = overlay {
            loader.paste(text)
            overlay = .planLoader(loader)
        }
        guard case .entry(var entry) = overlay else { return }
        entry.paste(text)
        changeEntry(entry)
    }
}
