import NibbleCheckpoints
import NibbleTransformers

/// Looks every few seconds whether the files of the open model are still what was opened.
struct WatchFilesJob: Job {
    static let lane = Lane.latest("watch")

    let model: TransformerModel

    /// How often it looks.
    static let intervalMilliseconds = 2000

    /// Reports what has become of the files; goes on as long as their bytes can't have changed.
    ///
    /// - Throws: `KernelError.cancelled`.
    func run(_ tools: JobTools, _ desk: JobDesk<FileChangeError>) throws {
        var last: FileChangeError?
        while last?.change.touchesBytes != true {
            try desk.control.wait(milliseconds: Self.intervalMilliseconds)
            MappedFile.guardMappings()
            guard let change = model.checkpoint.change(), change != last else { continue }
            tools.log.write("\(change)")
            desk.report(change)
            last = change
        }
    }

    func receive(_ change: FileChangeError, _ state: inout ApplicationState) {
        state.noteChange(change, of: model)
    }
}

extension ApplicationState {
    /// Takes in that a file of the open model is not what was opened: what was found out of it is no longer shown as true.
    mutating func noteChange(_ change: FileChangeError, of model: TransformerModel) {
        guard let workspace, workspace.model.checkpoint.identity == model.checkpoint.identity,
            workspace.change != change, workspace.change?.change.touchesBytes != true
        else { return }
        self.workspace?.change = change
        notice = Notice(kind: .failure, text: "\(change) \(Self.wayBack)")
        guard change.change.touchesBytes else { return }
        for lane in [AnalysisJob.lane, FiguresJob.lane, ComparisonJob.lane] { cancelJobs(in: lane) }
        self.workspace?.forgetFigures("\(change) \(Self.wayBack)")
    }

    /// What can be done about a changed file.
    static let wayBack = "R reads it anew; the plan stays."

    /// Opens the model's files anew and goes on with the plan.
    mutating func reload() {
        guard let workspace else { return }
        endRun()
        opening = workspace.openedFrom
        start(OpenModelJob(url: workspace.openedFrom, resumes: workspace))
    }
}
