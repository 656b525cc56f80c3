import Foundation

extension ModelDiscovery {
    /// What a model is called: the folder's or file's name, or `organization/name` in the Hugging Face cache, whose folders are
    /// named by a hash.
    public static func displayName(of url: URL) -> String {
        let place = url.standardizedFileURL
        if let repository = repositoryName(of: place) { return repository }
        if let part = PartName(place.lastPathComponent), part.count > 1 { return part.whole }
        return place.lastPathComponent
    }

    /// `organization/name` for a snapshot of a cached repository, or the repository's folder itself.
    private static func repositoryName(of place: URL) -> String? {
        let parts = place.pathComponents
        guard let name = parts.last, parts.count >= 3 else { return nil }
        if name.hasPrefix(repositoryPrefix) { return repositoryName(name) }
        guard parts[parts.count - 2] == "snapshots", parts[parts.count - 3].hasPrefix(repositoryPrefix) else {
            return nil
        }
        return repositoryName(parts[parts.count - 3])
    }

    static let repositoryPrefix = "models--"

    /// Whether a folder of this name is a repository in the Hugging Face cache.
    static func isRepository(_ folder: String) -> Bool { folder.hasPrefix(repositoryPrefix) }

    /// `organization/name` of a folder `models--organization--name`.
    static func repositoryName(_ folder: String) -> String {
        String(folder.dropFirst(repositoryPrefix.count)).replacing("--", with: "/", maxReplacements: 1)
    }
}
