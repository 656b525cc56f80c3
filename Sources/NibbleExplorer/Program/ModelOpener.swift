import Foundation
import NibbleCheckpoints
import NibbleHome
import NibbleQuantization
import NibbleTransformers

/// Finds models, opens them with the plan kept for them, and keeps plans for the next start.
struct ModelOpener: Sendable {
    let folders: DataFolders
    let store: StateStore
    /// The plan given on the command line, for the first model.
    let givenPlan: (plan: Plan, location: URL)?

    /// Models up to this many weights run the prompt as soon as they are open.
    static let promptRunLimit = 150_000_000

    /// Sample models, recent ones, those in the current folder and in the Hugging Face cache, each once.
    func findModels() -> [Chooser.Section] {
        let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
        let found: [(String, [ModelDiscovery.Candidate])] = [
            ("Sample models", folders.sampleModels),
            ("Recent", store.recentModels().compactMap(Self.candidate(at:))),
            ("In this folder", ModelDiscovery.candidates(in: here)),
            (
                "Hugging Face cache",
                ModelDiscovery.huggingFaceCache(environment: ProcessInfo.processInfo.environment)
            ),
        ]
        var seen: Set<String> = []
        return found.map { title, models in
            Chooser.Section(
                title: title,
                models: models.filter { seen.insert($0.url.resolvingSymlinksInPath().path).inserted })
        }
    }

    private static func candidate(at url: URL) -> ModelDiscovery.Candidate? {
        let place = url.standardizedFileURL
        return ModelDiscovery.candidates(in: place).first { $0.url.standardizedFileURL.path == place.path }
            ?? ModelDiscovery.candidates(in: place.deletingLastPathComponent()).first {
                $0.url.standardizedFileURL.path == place.path
            }
    }

    /// Opens a model with the plan kept for it, or the one given.
    ///
    /// - Throws: What ``NibbleTransformers/TransformerModel/open(_:)`` throws.
    func open(_ url: URL) throws -> OpenedModel {
        let model = try TransformerModel.open(url)
        try? store.rememberModel(url)
        let kept = keptPlan(for: model)
        return OpenedModel(
            model: model, plan: kept.plan, savedPlan: kept.saved, planLocation: kept.location,
            prompts: store.prompts().reversed(), firstPrompt: Self.firstPrompt(of: model),
            remark: Self.remark(on: model, kept.remark),
            startsRun: model.runProblem == nil && model.parameterCount <= Self.promptRunLimit,
            structure: LayerStructure(model.layers))
    }

    /// What the message line says of a model that was opened: of its plan, of its files, and why it cannot run.
    private static func remark(on model: TransformerModel, _ plan: String?) -> String? {
        let count = model.remarks.count
        let ofFiles = model.remarks.first.map {
            $0.printable + (count > 1 ? " \(count - 1) more: Models lists them." : "")
        }
        let all = [model.runProblem?.printable, ofFiles, plan].compactMap(\.self)
        return all.isEmpty ? nil : all.joined(separator: " ")
    }

    /// The text of `prompt.txt` beside the weights: something that the model can go on with.
    private static func firstPrompt(of model: TransformerModel) -> String? {
        let file = model.directory.appendingPathComponent("prompt.txt")
        guard let handle = try? FileHandle(forReadingFrom: file),
            let data = try? handle.read(upToCount: 4096),
            let text = String(validating: data, as: UTF8.self)?.trimmingCharacters(in: .newlines),
            !text.isEmpty
        else { return nil }
        return text
    }

    private struct KeptPlan {
        var plan: Plan
        var saved: Plan
        var location: URL?
        var remark: String?
    }

    private func keptPlan(for model: TransformerModel) -> KeptPlan {
        if let givenPlan {
            let plan = givenPlan.plan
            return KeptPlan(
                plan: plan, saved: plan, location: givenPlan.location, remark: Self.idleRemark(plan, model))
        }
        let empty = Plan(model: model.name.printable)
        do {
            guard let plan = try store.plan(forModelAt: model.location) else {
                return KeptPlan(plan: empty, saved: empty)
            }
            let location = store.planLocation(forModelAt: model.location)
            let saved = location.flatMap { try? Plan.load($0) }
            return KeptPlan(
                plan: plan, saved: saved ?? empty, location: saved == nil ? nil : location,
                remark: plan.rules.isEmpty ? nil : "Went on with the plan from last time.")
        } catch {
            return KeptPlan(
                plan: empty, saved: empty, remark: "The plan from last time is left out. \(error)".printable)
        }
    }

    /// What a person should know of a plan whose rules match nothing here.
    private static func idleRemark(_ plan: Plan, _ model: TransformerModel) -> String? {
        let idle = ResolvedPlan(plan, model: model).idlePatterns
        guard let first = idle.first else { return nil }
        return
            "\(idle.count) of \(plan.rules.count) rules of the plan match no layer here, such as \(first.printable)."
    }

    /// Keeps plan and prompt for the next start; a folder that can't be written is no reason to stop.
    func keep(_ plan: Plan, location: URL?, prompts: [String], for model: TransformerModel) {
        try? store.keep(plan, forModelAt: model.location)
        try? store.keepLocation(location, forModelAt: model.location)
        if let prompt = prompts.last { try? store.rememberPrompt(prompt) }
    }
}
