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
