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
        case .key(let key): press(key)
        case .paste(let text): paste(text)
        case .mouse(let mouse): answer(mouse)
        case .terminate: isFinished = true
        case .notice(let text): notice = Notice(kind: .refusal, text: text)
        case .wake, .focus: break
        }
    }

    /// Answers a key: that of the dialog above the screen, or one in the screen's list.
    mutating func press(_ key: KeyPress) {
        notice = nil
        if overlay == nil { screen.binding(of: key, in: self)?.answer(&self) } else { pressInOverlay(key) }
    }

    /// A click and the wheel go to the topmost that answers to them of what was drawn at their place.
    private mutating func answer(_ mouse: MouseEvent) {
        switch mouse.action {
        case .wheelDown, .wheelUp:
            let answers = MouseAnswer.answers(at: mouse.point, in: FrameView(state: self).draw())
            answers.lazy.compactMap(\.wheel).first?(&self, mouse.action == .wheelDown ? 1 : -1)
        case .press(.left):
            let answers = MouseAnswer.answers(at: mouse.point, in: FrameView(state: self).draw())
            guard let click = answers.lazy.compactMap(\.click).first else { return }
            notice = nil
            click(&self, mouse.point)
        default: break
        }
    }
}
