import Foundation
import NibbleCheckpoints

/// Copies of a committed checkpoint whose configuration or weights differ from it.
public enum CheckpointCopy {
    /// A tensor as it will be written.
    public typealias StoredTensor = (entry: TensorEntry, bytes: [UInt8])

    /// Calls `body` with a folder that holds `config.json` and `model.safetensors` of `original` after the changes; it is
    /// removed afterwards.
    public static func with<Result>(
        of original: URL, configuration: (inout [String: Any]) -> Void = { _ in },
        tensors: (inout [StoredTensor]) -> Void = { _ in }, _ body: (URL) throws -> Result
    ) throws -> Result {
        try TemporaryFolder.with("copy") { copy in
            let data = try Data(contentsOf: original.appendingPathComponent("config.json"))
            var values = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
            configuration(&values)
            try JSONSerialization.data(withJSONObject: values).write(
                to: copy.appendingPathComponent("config.json"))
            var contents = try storedTensors(of: original)
            tensors(&contents)
            try SafetensorsWriter.write(contents, to: copy.appendingPathComponent("model.safetensors"))
            return try body(copy)
        }
    }

    private static func storedTensors(of folder: URL) throws -> [StoredTensor] {
        let checkpoint = try Checkpoint.open(folder)
        return try checkpoint.orderedTensors.map { tensor in
            let bytes = try checkpoint.tensor(named: tensor.name).withUnsafeBytes { [UInt8]($0) }
            let entry = TensorEntry(
                name: tensor.name, elementType: tensor.elementType, shape: tensor.shape)
            return (entry: entry, bytes: bytes)
        }
    }
}
