import Foundation
import NibbleCheckpoints
import NibbleTestSupport
import NibbleTransformers
import Testing

@testable import NibbleQuantization

/// Models in parts: a part alone is never written, and what is written from all of them is one whole file.
@Suite struct PartExportTests {
    /// Writes a GGUF file as two parts, as gguf-split does.
    private static func split(_ checkpoint: Checkpoint, into folder: URL) throws {
        let metadata = try #require(checkpoint.gguf)
        let tensors = checkpoint.orderedTensors
        let halves = [tensors[..<(tensors.count / 2)], tensors[(tensors.count / 2)...]]
        for (number, half) in halves.enumerated() {
            var fields: [(key: String, value: GGUFField)] = []
            for key in number == 0 ? metadata.keys : [] {
                if let value = metadata.stored(key, in: checkpoint.files[0]) { fields.append((key, value)) }
            }
            fields += [
                ("split.no", .unsigned(UInt32(number))), ("split.count", .unsigned(2)),
                ("split.tensors.count", .unsigned(UInt32(tensors.count))),
            ]
            let entries = half.map {
                TensorEntry(name: $0.name, elementType: $0.elementType, shape: $0.shape)
            }
            let url = folder.appendingPathComponent("m-0000\(number + 1)-of-00002.gguf")
            try GGUFWriter.write(entries, metadata: fields, to: url) { entry, append in
                try checkpoint.tensor(named: entry.name).withUnsafeBytes { try append($0) }
            }
        }
    }

    @Test func allPartsAreWrittenAsOneFileAndOneAloneIsRefused() throws {
        try Layers.withFolder { folder in
            let model = try Layers.model("llama-tied")
            let whole = folder.appendingPathComponent("whole.gguf")
            try GGUFExport(model, plan: ResolvedPlan(Plan(), model: model)).write(to: whole)
            let original = try TransformerModel.open(whole)
            let parts = folder.appendingPathComponent("parts")
            try FileManager.default.createDirectory(at: parts, withIntermediateDirectories: true)
            try Self.split(original.checkpoint, into: parts)
            let second = parts.appendingPathComponent("m-00002-of-00002.gguf")
            let joined = try TransformerModel.open(second)
            #expect(joined.networkProblem == original.networkProblem && joined.networkProblem == nil)
            #expect(joined.name == "m.gguf" && joined.location.lastPathComponent == "m-00001-of-00002.gguf")
            let again = folder.appendingPathComponent("again.gguf")
            try GGUFExport(joined, plan: ResolvedPlan(Plan(), model: joined)).write(to: again)
            let copy = folder.appendingPathComponent("copy.gguf")
            try GGUFExport(original, plan: ResolvedPlan(Plan(), model: original)).write(to: copy)
            let (first, last) = try (Data(contentsOf: copy), Data(contentsOf: again))
            #expect(first == last)
            try FileManager.default.removeItem(at: parts.appendingPathComponent("m-00001-of-00002.gguf"))
            let alone = try TransformerModel.open(second)
            #expect(alone.runProblem?.contains("missing is m-00001-of-00002.gguf") == true)
            let error = #expect(throws: ExportError.self) {
                try GGUFExport(alone, plan: ResolvedPlan(Plan(), model: alone))
            }
            #expect(error.map { "\($0)" }?.contains("missing is m-00001-of-00002.gguf") == true)
        }
    }
}
