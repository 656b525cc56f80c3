import Foundation
import NibbleText

extension ModelDiscovery {
    /// The models in the Hugging Face cache, in their current revision, sorted by name.
    ///
    /// The cache is `$HF_HUB_CACHE`, else `$HF_HOME/hub`, else `$XDG_CACHE_HOME/huggingface/hub`, else
    /// `~/.cache/huggingface/hub`. In it (huggingface_hub, "Understand caching") a model is a folder
    /// `models--organization--name` with `refs/main`, which holds a revision, and `snapshots/REVISION/`, whose entries
    /// are links to `blobs/`.
    public static func huggingFaceCache(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> [Candidate] {
        guard let cache = cacheFolder(environment), let source = try? CheckpointSource(cache),
            case .folder(_, let names) = source
        else { return [] }
        return names.filter { $0.hasPrefix(repositoryPrefix) }.flatMap { name in
            repository(cache.appendingPathComponent(name))
        }
    }

    private static func cacheFolder(_ environment: [String: String]) -> URL? {
        func folder(_ variable: String, _ inside: String) -> URL? {
            guard let value = environment[variable], !value.isEmpty else { return nil }
            return URL(fileURLWithPath: value + inside)
        }
        return folder("HF_HUB_CACHE", "") ?? folder("HF_HOME", "/hub")
            ?? folder("XDG_CACHE_HOME", "/huggingface/hub") ?? folder("HOME", "/.cache/huggingface/hub")
    }

    private static func repository(_ folder: URL) -> [Candidate] {
        let displayName = repositoryName(folder.lastPathComponent)
        guard let snapshot = snapshot(in: folder), let source = try? CheckpointSource(snapshot) else {
            return [
                Candidate(
                    url: folder, displayName: displayName, checkpointKind: nil,
                    problem: "The download of \(displayName.printable) was not finished. Download it again.")
            ]
        }
        return candidates(source, displayName: displayName)
    }

    /// The current revision of a repository's folder; nil for any other folder.
    static func snapshotOfRepository(_ folder: URL) -> URL? {
        folder.lastPathComponent.hasPrefix(repositoryPrefix) ? snapshot(in: folder) : nil
    }

    /// The revision that `refs/main` names, else the one that changed last.
    private static func snapshot(in folder: URL) -> URL? {
        let snapshots = folder.appendingPathComponent("snapshots")
        guard let source = try? CheckpointSource(snapshots), case .folder(_, let revisions) = source else {
            return nil
        }
        if let main = mainRevision(folder), revisions.contains(main) {
            return snapshots.appendingPathComponent(main)
        }
        let dated = revisions.map { revision in
            var status = stat()
            _ = stat(snapshots.appendingPathComponent(revision).path, &status)
            return (seconds: status.st_mtim.tv_sec, revision: revision)
        }
        return dated.max { $0 < $1 }.map { snapshots.appendingPathComponent($0.revision) }
    }

    private static func mainRevision(_ folder: URL) -> String? {
        guard let file = try? MappedFile.open(folder.appendingPathComponent("refs/main").path) else {
            return nil
        }
        return file.withUnsafeBytes { String(validating: $0.prefix(200), as: UTF8.self) }?
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
