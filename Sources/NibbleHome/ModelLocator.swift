import Foundation
import NibbleCheckpoints
import NibbleText

/// Finds the model that a person means.
public enum ModelLocator {
    /// The model of a name: a path, a sample model, or `organization/name` in the Hugging Face cache, in this order.
    ///
    /// - Throws: ``HomeError/noModel(_:)`` with the names that there are.
    public static func locate(
        _ name: String, folders: DataFolders,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(HomeError) -> URL {
        if SystemPath.status(name) != nil { return URL(fileURLWithPath: SystemPath.absolute(name)) }
        if let sample = folders.sampleModel(named: name) { return sample }
        let samples = folders.sampleModels
        if let sample = samples.first(where: { $0.displayName == name }) { return sample.url }
        let cached = ModelDiscovery.huggingFaceCache(environment: environment)
        if let model = cached.first(where: { $0.displayName == name }) { return model.url }
        // A repository of several models: opening its folder says which there are.
        if let model = cached.first(where: { $0.displayName.hasPrefix(name + "/") }) {
            return model.url.deletingLastPathComponent()
        }
        let names = samples.map(\.displayName.printable)
        let hint =
            names.isEmpty
            ? "Give the folder of a model in Hugging Face layout."
            : "Give a folder in Hugging Face layout or a sample model: \(names.joined(separator: ", "))."
        throw .noModel(
            "There is no file, folder, sample model or model in the Hugging Face cache called “\(name.printable)”. \(hint)"
        )
    }
}
