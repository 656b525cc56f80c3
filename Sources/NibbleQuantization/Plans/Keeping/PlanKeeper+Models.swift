import Foundation
import NibbleHome

/// What was kept of a model's plan.
public struct KeptPlan: Sendable {
    /// The plan as it was left.
    public var plan: Plan
    /// The plan as it was last saved to its file or loaded from there; an empty one if it never was.
    public var saved: Plan
    /// The file; nil if it was never saved, or the file is gone.
    public var location: URL?
    /// What a person should know, as a sentence.
    public var remark: String?

    /// What was kept.
    public init(plan: Plan, saved: Plan, location: URL? = nil, remark: String? = nil) {
        (self.plan, self.saved, self.location, self.remark) = (plan, saved, location, remark)
    }
}

/// A plan that could be loaded for a model.
public struct KnownPlan: Hashable, Sendable {
    /// Its file.
    public let location: URL
    /// What it is, in a few words.
    public let summary: String
}

extension PlanKeeper {
    /// What tells the file that a plan was saved to, and the bytes that were there.
    private struct SavedFile: Codable {
        var path: String
        var text: String
    }

    private func savedFile(_ model: URL) -> URL {
        store.planFile(forModelAt: model).deletingPathExtension().appendingPathExtension("saved.json")
    }

    /// Where this process keeps a plan while it isn't decided what becomes of another instance's.
    private func asideFile(_ model: URL, _ word: String = "") -> URL {
        store.planFile(forModelAt: model).deletingPathExtension()
            .appendingPathExtension("\(word)\(session).yaml")
    }

    /// The plan that was kept for a model; nil if there is none.
    ///
    /// - Throws: ``PlanError`` if there is one that can't be read.
    public func kept(forModelAt model: URL) throws(PlanError) -> KeptPlan? {
        let file = store.planFile(forModelAt: model)
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        let plan = try load(file)
        var kept = KeptPlan(plan: plan, saved: Plan(model: plan.model))
        guard let data = try? TextFile.read(savedFile(model), limit: 8 << 20),
            let saved = try? JSONDecoder().decode(SavedFile.self, from: data),
            FileManager.default.fileExists(atPath: saved.path)
        else { return kept }
        let location = URL(fileURLWithPath: saved.path)
        kept.location = location
        // What stood there then, so that what was written since is found before it is replaced.
        note(Data(saved.text.utf8), at: location)
        if let before = try? Plan.parse(yaml: saved.text) { kept.saved = before }
        guard let now = try? Plan.load(location), now != kept.saved else { return kept }
        let name = location.lastPathComponent.printable(limit: 40)
        if kept.plan == kept.saved {
            kept.plan = try load(location)
            kept.saved = kept.plan
            kept.remark = "\(name) has changed since nibble saved it, and is read anew."
        } else {
            kept.remark = "\(name) has changed since nibble saved it: w says what differs, L loads it."
        }
        return kept
    }

    /// Keeps a model's plan of last time for the list of plans, because this start goes on with another one.
    ///
    /// - Throws: ``HomeError`` if it can't be written.
    public func setAside(_ plan: Plan, forModelAt model: URL) throws(HomeError) {
        try store.write(Data(plan.yaml.utf8), to: asideFile(model, "before-"))
    }

    /// Keeps a plan for the next time the model is opened.
    ///
    /// Where another instance has kept a plan of the same model since, that one stays, and this one is kept aside until
    /// it is decided.
    /// - Parameters:
    ///   - location: the file that the plan was loaded from or saved to.
    ///   - agreed: bytes that may be replaced although somebody else wrote them.
    /// - Throws: ``HomeError`` if it can't be written.
    public func keep(
        _ plan: Plan, location: URL?, forModelAt model: URL, replacing agreed: Data? = nil
    ) throws(HomeError) -> Outcome {
        let file = store.planFile(forModelAt: model)
        return try store.exclusively { () throws(HomeError) in
            let there = try? TextFile.read(file, limit: PlanReader.largestFile)
            let bytes = Data(plan.yaml.utf8)
            let other = there.flatMap { try? Plan.parse($0, file: nil) }
            // What can't be read can perhaps still be mended.
            if there != nil, other == nil { rename(file.path, file.path + ".broken") }
            if let there, there != knownBytes(at: file), there != agreed, there != bytes, let other,
                other != plan
            {
                try store.write(bytes, to: asideFile(model))
                // Who has read nothing began without rules, as the other did.
                let base = knownBytes(at: file).flatMap { try? Plan.parse($0, file: nil) } ?? Plan()
                return .found(FoundPlanFile(file, there, base: base))
            }
            try store.write(bytes, to: file)
            note(bytes, at: file)
            unlink(asideFile(model).path)
            try keepSavedFile(location, model)
            return .saved
        }
    }

    private func keepSavedFile(_ location: URL?, _ model: URL) throws(HomeError) {
        let text = location.flatMap { knownBytes(at: $0) }.flatMap { String(validatingUTF8Bytes: $0) }
        guard let location, let text,
            let data = try? JSONEncoder().encode(
                SavedFile(path: location.standardizedFileURL.path, text: text))
        else {
            unlink(savedFile(model).path)
            return
        }
        try store.write(data, to: savedFile(model))
    }

    /// Plans that could be loaded for a model: the one kept, those left aside, those used before and those that lie beside
    /// the model or in the current folder, each once.
    public func knownPlans(forModelAt model: URL, besides folders: [URL]) -> [KnownPlan] {
        let kept = store.planFile(forModelAt: model)
        let stem = kept.deletingPathExtension().lastPathComponent + "."
        let aside = Self.yamlFiles(in: kept.deletingLastPathComponent()).filter {
            $0.lastPathComponent.hasPrefix(stem) && $0 != kept && $0 != asideFile(model)
        }
        var seen: Set<String> = []
        func known(_ files: [URL], _ prefix: String) -> [KnownPlan] {
            files.compactMap { file in
                let place = file.standardizedFileURL.resolvingSymlinksInPath().path
                guard let plan = try? Plan.load(file), seen.insert(place).inserted else { return nil }
                let rules = "\(plan.rules.count) \(plan.rules.count == 1 ? "rule" : "rules")"
                return KnownPlan(
                    location: file, summary: "\(prefix) · \(plan.name.printable(limit: 30)), \(rules)")
            }
        }
        return known([kept], "kept from last time") + known(aside, "left by another nibble")
            + known(store.recentPlans(forModelAt: model), "used before")
            + folders.flatMap {
                known(Self.yamlFiles(in: $0), "in \($0.lastPathComponent.printable(limit: 30))")
            }
    }

    /// The YAML files right in a folder, by name; so many at most that looking takes no time.
    private static func yamlFiles(in folder: URL) -> [URL] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.prefix(200)
            .map { folder.appendingPathComponent($0) }
    }
}
