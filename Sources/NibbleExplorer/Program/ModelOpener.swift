import Foundation
import NibbleCheckpoints
import NibbleHome
import NibbleQuantization
import NibbleTransformers

/// Finds models, opens them with the plan kept for them, and keeps plans for the next start.
struct ModelOpener: Sendable {
    let folders: DataFolders
    let keeper: PlanKeeper
    /// The plan given on the command line, for the first model.
    let givenPlan: (plan: Plan, location: URL)?
    /// Where lists and plans are remembered.
    var store: StateStore { keeper.store }

    /// Models up to this many weights run the prompt as soon as they are open.
    static let promptRunLimit = 150_000_000

    /// A folder of models that was named at the start; its models stand first in the list.
    var startFolder: URL?

    /// Sample models, recent ones, those in the current folder and in the Hugging Face cache, each once.
    func findModels() -> [Chooser.Section] {
        let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
        let named = startFolder.map {
            ("In \($0.lastPathComponent.printable)", ModelDiscovery.candidates(in: $0))
        }
        let found: [(String, [ModelDiscovery.Candidate])] =
            [named].compactMap(\.self) + [
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
        let form = ComparisonForms.form(of: model)
        let problem = form.problem(of: model)
        return OpenedModel(
            url: url, model: model, plan: kept.plan, savedPlan: kept.saved, planLocation: kept.location,
            prompts: store.prompts(of: form.history).reversed(),
            firstPrompt: Self.firstPrompt(of: model) ?? form.ownPrompt(of: model),
            remark: Self.remark(on: model, problem, kept.remark),
            startsRun: problem == nil && model.parameterCount <= Self.promptRunLimit,
            structure: LayerStructure(model.layers))
    }

    /// What the message line says of a model that was opened: of its plan, of its files, and why it cannot run.
    private static func remark(
        on model: TransformerModel, _ problem: String?, _ plan: String?
    ) -> String? {
        let count = model.remarks.count
        let ofFiles = model.remarks.first.map {
            $0.printable + (count > 1 ? " \(count - 1) more: Models lists them." : "")
        }
        let all = [problem?.printable, ofFiles, plan].compactMap(\.self)
        return all.isEmpty ? nil : all.joined(separator: " ")
    }

    /// The text of `prompt.txt` beside the weights: something that the model can go on with.
    private static func firstPrompt(of model: TransformerModel) -> String? {
        let file = model.directory.appendingPathComponent("prompt.txt")
        guard let start = try? MappedFile.open(file.path).withUnsafeBytes({ Array($0.prefix(4096)) }),
            let text = String(validating: start, as: UTF8.self)?.trimmingCharacters(in: .newlines),
            !text.isEmpty
        else { return nil }
        return text
    }

    private func keptPlan(for model: TransformerModel) -> KeptPlan {
        let empty = Plan(model: model.name.printable)
        do {
            let kept = try keeper.kept(forModelAt: model.location)
            if let givenPlan { return given(givenPlan.plan, at: givenPlan.location, model, besides: kept) }
            guard var kept else { return KeptPlan(plan: empty, saved: empty) }
            if kept.remark == nil, !kept.plan.rules.isEmpty {
                kept.remark = "Went on with the plan from last time."
            }
            return kept
        } catch {
            if let givenPlan { return given(givenPlan.plan, at: givenPlan.location, model, besides: nil) }
            return KeptPlan(
                plan: empty, saved: empty, remark: "The plan from last time is left out. \(error)".printable)
        }
    }

    /// The plan of the command line; unsaved changes of last time's aren't lost by that.
    private func given(
        _ plan: Plan, at location: URL, _ model: TransformerModel, besides kept: KeptPlan?
    ) -> KeptPlan {
        var remark = Self.idleRemark(plan, model)
        if let kept, kept.plan != kept.saved, kept.plan != plan {
            let isKept = (try? keeper.setAside(kept.plan, forModelAt: model.location)) != nil
            if isKept { remark = remark ?? "The unsaved plan from last time is kept: L lists it." }
        }
        return KeptPlan(plan: plan, saved: plan, location: location, remark: remark)
    }

    /// What a person should know of a plan whose rules match nothing here.
    private static func idleRemark(_ plan: Plan, _ model: TransformerModel) -> String? {
        let idle = ResolvedPlan(plan, model: model).idlePatterns
        guard let first = idle.first else { return nil }
        return
            "\(idle.count) of \(plan.rules.count) rules of the plan match no layer here, such as \(first.printable)."
    }
}
