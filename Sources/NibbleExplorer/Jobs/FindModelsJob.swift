import Foundation
import NibbleTransformers

/// Finds the models that can be opened, then looks at the headers of each.
struct FindModelsJob: Job {
    static let lane = Lane.latest("search")

    /// What was found out so far.
    enum Report: Sendable {
        case models([Chooser.Section])
        case glance(ModelGlance, URL)
    }

    func run(_ tools: JobTools, _ desk: JobDesk<Report>) {
        let sections = tools.opener.findModels()
        desk.report(.models(sections))
        for model in sections.flatMap(\.models) where model.problem == nil {
            guard !desk.cancellation.isCancelled else { return }
            if let glance = ModelGlance(of: model.url) { desk.report(.glance(glance, model.url)) }
        }
    }

    func receive(_ report: Report, _ state: inout ApplicationState) {
        switch report {
        case .models(let sections): state.chooser.show(sections)
        case .glance(let glance, let url): state.chooser.glances[url] = glance
        }
    }
}
