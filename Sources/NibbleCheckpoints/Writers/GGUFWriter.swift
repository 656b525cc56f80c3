import Foundation
import NibbleText

/// Writes GGUF files of version 3.
///
/// Layout: `ggml/docs/gguf.md` of ggml-org/ggml. Tensors stand in the order given, each at a multiple of 32 bytes.
public enum GGUFWriter {
    /// The alignment that files without `general.alignment` have.
    private static let alignment = 32
    private static let mostDimensions = 4

    /// Writes `entries` to `url`, whole or not at all.
    ///
    /// `contents` is called once for each entry, in order, and must append exactly the entry's bytes, in pieces of any
    /// size; so a file larger than memory can be made.
    /// - Throws: `CheckpointError.writing` for a full disk, a name or key used twice, a type or shape that GGUF doesn't
    ///   have, or the wrong number of bytes; and whatever `contents` throws. The file that was there before is then
    ///   unchanged.
    public static func write(
        _ entries: [TensorEntry], metadata: [(key: String, value: GGUFField)], to url: URL,
        contents: (TensorEntry, _ append: TensorEntry.Append) throws -> Void
    ) throws {
        let header = try header(entries, metadata, url)
        let file = try AtomicFile(url)
        try header.withUnsafeBytes { try file.append($0) }
        for entry in entries {
            let count = try byteCount(entry, url)
            var remaining = count
            try contents(entry) { bytes in
                guard bytes.count <= remaining else { throw wrongLength(entry, url) }
                try file.append(bytes)
                remaining -= bytes.count
            }
            guard remaining == 0 else { throw wrongLength(entry, url) }
            let padding = [UInt8](repeating: 0, count: (alignment - count % alignment) % alignment)
            try padding.withUnsafeBytes { try file.append($0) }
        }
        try file.commit()
    }

    private static func header(
        _ entries: [TensorEntry], _ metadata: [(key: String, value: GGUFField)], _ url: URL
    ) throws(CheckpointError) -> [UInt8] {
        var bytes = Array("GGUF".utf8)
        GGUFField.append(UInt32(3), to: &bytes)
        GGUFField.append(UInt64(entries.count), to: &bytes)
        GGUFField.append(UInt64(metadata.count), to: &bytes)
        var keys: Set<String> = []
        for (key, value) in metadata {
            guard keys.insert(key).inserted else {
                throw .writing(
                    path: url.path, reason: "the key “\(key.printable(limit: 200))” is given twice")
            }
            GGUFField.append(Array(key.utf8), to: &bytes)
            value.append(to: &bytes)
        }
        try appendTensors(entries, url, to: &bytes)
        bytes += [UInt8](repeating: 0, count: (alignment - bytes.count % alignment) % alignment)
        return bytes
    }

    private static func appendTensors(
        _ entries: [TensorEntry], _ url: URL, to bytes: inout [UInt8]
    ) throws(CheckpointError) {
        var names: Set<String> = []
        var offset = 0
        for entry in entries {
            guard names.insert(entry.name).inserted else {
                throw refusal(entry, url, "has a name that is taken")
            }
            guard let identifier = entry.elementType.ggufIdentifier else {
                throw refusal(
                    entry, url,
                    "is of the type \(entry.elementType.safetensorsName), which GGUF does not have")
            }
            GGUFField.append(Array(entry.name.utf8), to: &bytes)
            GGUFField.append(UInt32(entry.shape.count), to: &bytes)
            for length in entry.shape.reversed() { GGUFField.append(UInt64(length), to: &bytes) }
            GGUFField.append(identifier, to: &bytes)
            GGUFField.append(UInt64(offset), to: &bytes)
            let (end, overflow) = try offset.addingReportingOverflow(byteCount(entry, url))
            let (next, overflowsPadded) = end.addingReportingOverflow(
                (alignment - end % alignment) % alignment)
            guard !overflow, !overflowsPadded else { throw refusal(entry, url, "has an impossible shape") }
            offset = next
        }
    }

    /// Bytes of a tensor, of which GGUF can have as many dimensions, in whole blocks along its rows.
    private static func byteCount(_ entry: TensorEntry, _ url: URL) throws(CheckpointError) -> Int {
        guard let count = entry.byteCount, entry.shape.count <= mostDimensions,
            (entry.shape.last ?? 1) % entry.elementType.blockElementCount == 0
        else { throw refusal(entry, url, "has an impossible shape") }
        return count
    }

    private static func wrongLength(_ entry: TensorEntry, _ url: URL) -> CheckpointError {
        refusal(entry, url, "was given more or fewer bytes than its shape and type need")
    }

    private static func refusal(_ entry: TensorEntry, _ url: URL, _ reason: String) -> CheckpointError {
        .writing(path: url.path, reason: "tensor “\(entry.name.printable(limit: 200))” \(reason)")
    }
}
