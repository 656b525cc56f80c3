import Foundation
import NibbleHome
import NibbleQuantization

/// Reads a plan for the open model.
struct LoadPlanJob: Job {
    static let lane = SavePlanJob.lane

    let url: URL
    /// The model's layers.
    let layers: PlannedLayers
    /// The model that the plan is for.
    let model: URL

    /// What was read.
    struct Report: Sendable {
        let plan: ResolvedPlan
        /// Whether the file is the user's own; a kept one has no place to save to.
        let isFile: Bool
    }

    /// - Throws: what ``NibbleQuantization/PlanKeeper/load(_:)`` throws.
    func run(_ tools: JobTools, _ desk: JobDesk<Report>) throws {
        let keeper = tools.opener.keeper
        let folder = keeper.store.planFile(forModelAt: model).deletingLastPathComponent()
        let isKept =
            url.deletingLastPathComponent().standardizedFileURL.path == folder.standardizedFileURL.path
        let plan = isKept ? try Plan.load(url) : try keeper.load(url)
        if !isKept { try? keeper.store.rememberPlan(url, forModelAt: model) }
        desk.report(Report(plan: ResolvedPlan(plan, layers), isFile: !isKept))
    }

    func receive(_ report: Report, _ state: inout ApplicationState) {
        state.useLoadedPlan(report.plan, from: url, isFile: report.isFile)
    }

    func end(_ problem: String?, _ state: inout ApplicationState) {
        guard let problem else { return }
        if case .planLoader(var loader) = state.overlay {
            loader.problem = problem
            state.overlay = .planLoader(loader)
        } else {
            state.notice = Notice(kind: .failure, text: problem)
        }
    }
}

/// Looks for plans that could be loaded for the open model.
struct FindPlansJob: Job {
    static let lane = Lane.latest("plans")

    /// The model's place.
    let model: URL
    /// The folder that it lies in.
    let directory: URL

    func run(_ tools: JobTools, _ desk: JobDesk<[KnownPlan]>) {
        let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
        desk.report(tools.opener.keeper.knownPlans(forModelAt: model, besides: [directory, here]))
    }

    func receive(_ plans: [KnownPlan], _ state: inout ApplicationState) {
        guard case .planLoader(var loader) = state.overlay else { return }
        loader.known = plans
        state.overlay = .planLoader(loader)
    }
}

/// Completes a path that was begun.
struct CompletePathJob: Job {
    static let lane = Lane.latest("completion")

    /// What was typed.
    let text: String

    func run(_ tools: JobTools, _ desk: JobDesk<PathCompletion>) { desk.report(PathCompletion(of: text)) }

    func receive(_ completion: PathCompletion, _ state: inout ApplicationState) {
        guard case .planLoader(var loader) = state.overlay, loader.editor.text == text else { return }
        loader.complete(completion)
        state.overlay = .planLoader(loader)
    }
}
