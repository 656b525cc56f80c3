import NibbleEvaluation

extension ApplicationState {
    /// Runs the prompt on the original, the plan and the pinned plans.
    mutating func run() {
        guard let workspace else { return }
        if let problem = workspace.runProblem { return refuse(problem) }
        if workspace.isStale, let change = workspace.change { return refuse("\(change) \(Self.wayBack)") }
        self.workspace?.comparison.followsEdits = true
        self.workspace?.comparison.rememberPrompt()
        self.workspace?.comparison.cursor = nil
        self.workspace?.comparison.linesBack = 0
        if let keep = self.workspace?.keepJob { start(keep) }
        if let job = self.workspace?.comparisonJob(isUrgent: true) { start(job) }
    }

    /// Ends the run under way and keeps what it has written.
    ///
    /// - Parameter reason: what is said where nothing runs.
    mutating func stopRun(otherwise reason: String) {
        guard workspace?.comparison.run.state.isRunning == true else { return refuse(reason) }
        endRun()
        inform("Stopped. Enter runs the prompt again.")
    }

    /// Ends the run under way, if there is one.
    mutating func endRun() {
        workspace?.comparison.run.stop()
        cancelJobs(in: ComparisonJob.lane)
    }

    /// Runs again for as many tokens more.
    mutating func continueRun() {
        guard let workspace, workspace.currentSides.tokenCount > 0 else {
            return refuse("There is nothing to continue yet: Enter runs the prompt.")
        }
        if let end = workspace.currentSides.end(contextLength: workspace.model.contextLength) {
            return refuse(end)
        }
        let written = workspace.currentSides.tokenCount
        self.workspace?.comparison.maximumTokens = max(workspace.comparison.maximumTokens, written) + 64
        run()
    }

    /// Opens the dialog for the prompt.
    mutating func editPrompt() {
        guard let workspace else { return }
        overlay = .entry(workspace.form.entry(workspace.comparison.prompt, for: workspace.model))
    }
}
