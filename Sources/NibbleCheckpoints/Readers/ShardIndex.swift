import NibbleJSON
import NibbleText

/// `model.safetensors.index.json`: which shard holds which tensor.
struct ShardIndex {
    /// Longest index that is read; a model of 100,000 tensors needs about 10 MB.
    static let byteLimit = 64 << 20

    /// The index's file name.
    let file: String
    /// Tensor name → shard file name, inside the model's folder.
    let shardOfTensor: [String: String]
    /// The shards' file names, sorted.
    let shards: [String]
    /// `metadata.total_size`: bytes of all tensors, as the writer counted them.
    let totalSize: Int?

    /// Reads an index; `folder` is the path of the folder that it lies in.
    init(_ bytes: UnsafeRawBufferPointer, file: String, folder: String) throws(CheckpointError) {
        guard bytes.count <= Self.byteLimit else {
            throw .index(file: file, .malformed(problem: "it has \(bytes.count) bytes"))
        }
        let root: JSONValue
        do throws(JSONError) { root = try JSONParser.parse(bytes, options: .python) } catch {
            throw .index(file: file, .malformed(problem: "it is not valid JSON (\(error))"))
        }
        guard let map = root["weight_map"]?.object else {
            throw .index(file: file, .malformed(problem: "it has no weight_map"))
        }
        var shardOfTensor: [String: String] = [:]
        for (tensor, value) in map {
            guard let name = value.string else {
                let problem =
                    "weight_map gives \(value.phrase) for “\(tensor.printable(limit: 200))”, not a file name"
                throw .index(file: file, .malformed(problem: problem))
            }
            guard let shard = Self.inside(name, of: folder) else {
                throw .index(file: file, .unsafeShardName(name))
            }
            // By canonical equivalence: tensors whose names look the same could not be told apart later.
            guard shardOfTensor.updateValue(shard, forKey: tensor) == nil else {
                let problem = "weight_map has “\(tensor.printable(limit: 200))” for the second time"
                throw .index(file: file, .malformed(problem: problem))
            }
        }
        self.file = file
        self.shardOfTensor = shardOfTensor
        shards = Set(shardOfTensor.values).sorted()
        totalSize = root["metadata"]?["total_size"]?.integer
    }

    /// A shard's path within the folder, without `.` and `..`; nil if it leads out of the folder or names none.
    ///
    /// A path from the root is one inside if it begins with the folder's own.
    private static func inside(_ name: String, of folder: String) -> String? {
        guard !name.unicodeScalars.contains(where: { $0.value == 0 || $0 == "\\" }) else { return nil }
        var name = name[...]
        if name.hasPrefix("/") {
            guard name.hasPrefix(folder + "/") else { return nil }
            name = name.dropFirst(folder.count + 1)
        }
        var parts: [Substring] = []
        for part in name.split(separator: "/") where part != "." {
            if part != ".." {
                parts.append(part)
            } else if parts.popLast() == nil {
                return nil
            }
        }
        return parts.isEmpty || name.hasSuffix("/") ? nil : parts.joined(separator: "/")
    }
}
