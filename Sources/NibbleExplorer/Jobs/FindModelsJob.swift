/// Finds the models that can be opened.
struct FindModelsJob: Job {
    static let lane = Lane.latest("search")

    func run(_ tools: JobTools, _ desk: JobDesk<[Chooser.Section]>) { desk.report(tools.opener.findModels()) }

    func receive(_ sections: [Chooser.Section], _ state: inout ApplicationState) {
        state.chooser.show(sections)
    }
}
