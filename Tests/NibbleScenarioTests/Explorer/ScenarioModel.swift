import Foundation
import NibbleTestSupport

/// Models for scenarios, copied into a folder of their own so that a test may damage them.
enum ScenarioModel {
    /// A copy of the sample model.
    static func sample(in home: URL, as name: String = "tiny-tales") throws -> URL {
        let copy = home.appendingPathComponent(name)
        try FileManager.default.copyItem(at: NibbleCommand.sample, to: copy)
        return copy
    }

    /// A copy of a model of random weights.
    static func fixture(_ name: String, in home: URL) throws -> URL {
        let copy = home.appendingPathComponent(name)
        try FileManager.default.copyItem(at: fixtures.appendingPathComponent(name), to: copy)
        return copy
    }

    /// A copy of an encoder of random weights, with a tokenizer of its vocabulary's size.
    static func encoder(_ fixture: String, tokens: Int, in home: URL) throws -> URL {
        let copy = try self.fixture(fixture, in: home)
        try WordPieceFiles.write(to: copy, count: tokens)
        return copy
    }

    /// A copy of a vision transformer of random weights, and a folder `pictures` in which the third image is cut short.
    static func vision(in home: URL) throws -> URL {
        let copy = try fixture("vit-cls", in: home)
        let pictures = home.appendingPathComponent("pictures")
        try FileManager.default.createDirectory(at: pictures, withIntermediateDirectories: true)
        let images = RepositoryPaths.root.appendingPathComponent("Tests/NibbleImagesTests/Fixtures/images")
        for (source, name) in [
            ("baseline.jpg", "one.jpg"), ("rgb.png", "other.png"), ("bad-cut.png", "torn.png"),
        ] {
            try FileManager.default.copyItem(
                at: images.appendingPathComponent(source), to: pictures.appendingPathComponent(name))
        }
        return copy
    }

    private static let fixtures = RepositoryPaths.root.appendingPathComponent(
        "Tests/NibbleTransformersTests/Fixtures")

    /// A tensor of a safetensors file of F16 numbers, read here by the format's definition alone (8 bytes of length, a
    /// JSON header, the data): an answer independent of nibble's reader.
    static func weights(_ tensor: String, of model: URL) throws -> (rows: Int, columns: Int, values: [Float])
    {
        let data = try Data(contentsOf: model.appendingPathComponent("model.safetensors"))
        let length = data.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
        let header = try JSONSerialization.jsonObject(with: data[8..<8 + length]) as? [String: Any]
        guard let entry = header?[tensor] as? [String: Any], let shape = entry["shape"] as? [Int],
            let offsets = entry["data_offsets"] as? [Int], entry["dtype"] as? String == "F16"
        else { throw Missing(tensor: tensor) }
        let bytes = [UInt8](data[(8 + length + offsets[0])..<(8 + length + offsets[1])])
        let values = stride(from: 0, to: bytes.count, by: 2).map { index in
            Float(Float16(bitPattern: UInt16(bytes[index]) | UInt16(bytes[index + 1]) << 8))
        }
        return (shape[0], shape[1], values)
    }

    /// Replaces one number of a tensor.
    static func overwrite(_ tensor: String, of model: URL, at index: Int, with value: Float16) throws {
        let file = model.appendingPathComponent("model.safetensors")
        var data = try Data(contentsOf: file)
        let length = data.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
        let header = try JSONSerialization.jsonObject(with: data[8..<8 + length]) as? [String: Any]
        guard let entry = header?[tensor] as? [String: Any], let offsets = entry["data_offsets"] as? [Int]
        else {
            throw Missing(tensor: tensor)
        }
        let place = 8 + length + offsets[0] + 2 * index
        data[place] = UInt8(value.bitPattern & 0xFF)
        data[place + 1] = UInt8(value.bitPattern >> 8)
        try data.write(to: file)
    }

    /// There is no such tensor.
    struct Missing: Error { let tensor: String }
}
