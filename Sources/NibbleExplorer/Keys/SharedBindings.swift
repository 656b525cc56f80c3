/// Keys that mean the same on several screens.
enum SharedBindings {
    /// The screens of an open model.
    static let tabs: [KeyBinding] = ScreenCatalogue.tabs.map { screen, tab in
        KeyBinding(tab.key, label: tab.label, help: "\(screen.title) screen") { $0.show(screen) }
    }

    /// The plan of an open model.
    static let plan: [KeyBinding] = [
        .init("u", label: "undo", help: "Undo the last change of the plan") { $0.undo() },
        .init("ctrl-r", help: "Redo") { $0.redo() },
        .init("w", label: "save", help: "Save the plan") { $0.savePlan() },
        .init("W", help: "Save the plan under another name") { $0.askForPlanFile() },
        .init("L", help: "Load a plan") { $0.choosePlan() },
        .init("d", help: "Show what the plan changes since it was saved") {
            $0.overlay = .planChanges(top: 0)
        },
        .init("p", label: "pin plan", help: "Pin the plan beside the ones compared") { $0.pinPlan() },
        .init("P", help: "Take the last pinned plan off again") { $0.unpinPlan() },
    ]

    /// The run of the prompt.
    static let run: [KeyBinding] = [
        .init("enter", label: "run", help: "Run the prompt on original and plan") { $0.run() }
    ]

    /// The prompt.
    static let prompt: [KeyBinding] = [
        .init("i", label: "prompt", help: "Edit the prompt") { $0.editPrompt() }
    ]

    /// The end of a run, and the plan that is shown beside the original.
    static let compared: [KeyBinding] = [
        .init("esc", label: "stop", help: "Stop the run") { $0.stopRun(otherwise: "Nothing runs.") },
        .init("tab", help: "Next of the pinned plans") { $0.showPlan(by: 1) },
        .init("shift-tab", help: "Previous of the pinned plans") { $0.showPlan(by: -1) },
    ]

    /// The way back from an open model.
    static let models: [KeyBinding] = [
        .init("m", help: "Back to the list of models") { $0.showModels() },
        .init("R", help: "Read the model’s files anew; the plan stays") { $0.reload() },
    ]

    /// The program.
    static let program: [KeyBinding] = [
        .init("t", label: "theme", help: "Choose a theme") { $0.pickTheme() },
        .init("o", help: "Switch the mouse off and on") { $0.toggleMouse() },
        help,
        // The terminal's loop answers before a screen sees the key, so that it works in dialogs too.
        .init("ctrl-l", help: "Draw the whole screen anew") { _ in },
        .init("q", "ctrl-c", label: "quit", help: "Quit; Ctrl-C leaves an open dialog first") { $0.quit() },
    ]

    /// The key that the footer never leaves out.
    static let help = KeyBinding("?", "f1", label: "help", help: "This help") { $0.overlay = .help(top: 0) }
}
