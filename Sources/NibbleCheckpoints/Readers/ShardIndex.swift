import NibbleJSON
import NibbleText

/// `model.safetensors.index.json`: which shard holds which tensor.
struct ShardIndex {
    /// Longest index that is read; a model of 100,000 tensors needs about 10 MB.
    static let byteLimit = 64 << 20

    /// Tensor name → shard file name, inside the model's folder.
    let shardOfTensor: [String: String]
    /// The shards' file names, sorted.
    let shards: [String]
    /// `metadata.total_size`: bytes of all tensors, as the writer counted them.
    let totalSize: Int?

    init(_ bytes: UnsafeRawBufferPointer, file: String) throws(CheckpointError) {
        guard bytes.count <= Self.byteLimit else {
            throw .index(file: file, .malformed(problem: "it has \(bytes.count) bytes"))
        }
        let root: JSONValue
        do throws(JSONError) { root = try JSONParser.parse(bytes) } catch {
            throw .index(file: file, .malformed(problem: "it is not valid JSON (\(error))"))
        }
        guard let map = root["weight_map"]?.object else {
            throw .index(file: file, .malformed(problem: "it has no weight_map"))
        }
        var shardOfTensor: [String: String] = [:]
        for (tensor, value) in map {
            guard let shard = value.string else {
                let problem =
                    "weight_map gives \(value.phrase) for “\(tensor.printable(limit: 200))”, not a file name"
                throw .index(file: file, .malformed(problem: problem))
            }
            guard Self.staysInside(shard) else { throw .index(file: file, .unsafeShardName(shard)) }
            // By canonical equivalence: tensors whose names look the same could not be told apart later.
            guard shardOfTensor.updateValue(shard, forKey: tensor) == nil else {
                let problem = "weight_map has “\(tensor.printable(limit: 200))” for the second time"
                throw .index(file: file, .malformed(problem: problem))
            }
        }
        self.shardOfTensor = shardOfTensor
        shards = Set(shardOfTensor.values).sorted()
        totalSize = root["metadata"]?["total_size"]?.integer
    }

    /// True if the relative path `name` can't lead out of the folder that it is appended to.
    private static func staysInside(_ name: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        return !name.unicodeScalars.contains { $0.value == 0 || $0 == "\\" }
            && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    }
}
