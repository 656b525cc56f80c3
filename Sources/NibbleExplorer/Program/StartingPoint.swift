import Foundation
import NibbleCheckpoints
import NibbleHome
import NibbleText

/// What a MODEL argument leads to, looked at before the terminal is taken: what can't be opened at all is an error of the
/// command, and a folder of models becomes a list.
struct StartingPoint {
    /// The model to open; nil shows the list.
    var model: URL?
    /// A folder whose models stand first in the list.
    var folder: URL?
    /// What is to be said beside the list.
    var remark: String?

    /// - Throws: ``NibbleHome/HomeError/noModel(_:)`` if there is nothing to open and nothing to choose from.
    init(_ name: String?, folders: DataFolders, environment: [String: String]) throws(HomeError) {
        guard let name else { return }
        let url = try ModelLocator.locate(name, folders: folders, environment: environment)
        switch (SystemPath.status(url.path)?.st_mode ?? S_IFREG) & S_IFMT {
        case S_IFREG: model = url
        case S_IFDIR: try lookInto(url, name)
        default:
            throw .noModel(
                "\(name.printable) is no regular file: give a model’s folder, or a .safetensors or .gguf file."
            )
        }
    }

    private mutating func lookInto(_ url: URL, _ name: String) throws(HomeError) {
        // The usual folder needs no look into its weights, whose header may be long.
        guard !ModelDiscovery.isPlainModel(url) else {
            model = url
            return
        }
        let found = ModelDiscovery.candidates(in: url)
        let place = url.standardizedFileURL.path
        if found.contains(where: { $0.url.standardizedFileURL.path == place }) {
            model = url
            return
        }
        guard !found.isEmpty else {
            throw .noModel(
                "There is no model in \(name.printable): a model’s folder has a config.json and safetensors files, "
                    + "or name a .safetensors or .gguf file.")
        }
        folder = url
        remark = "\(name.printable) is no model but a folder of some: choose one of them."
    }
}
