import Foundation
import NibbleText

/// Writes safetensors files.
///
/// Layout (huggingface/safetensors, "Format"): 8 bytes header length, JSON header, then the tensors' bytes without gaps.
/// Wider types come first, as in the format's own writer, and the header is padded with blanks to a multiple of 8, so
/// every tensor is aligned to its elements. Any text but `__metadata__` may be a tensor's name.
public enum SafetensorsWriter {
    /// Writes `entries` to `url`, whole or not at all.
    ///
    /// `contents` is called once for each entry, in the order of the file, and must append exactly the entry's bytes,
    /// in pieces of any size; so a file larger than memory can be made.
    /// - Throws: `CheckpointError.writing` for a full disk, a name used twice, an impossible shape, or the wrong number
    ///   of bytes; and whatever `contents` throws. The file that was there before is then unchanged.
    public static func write(
        _ entries: [TensorEntry], metadata: [String: String] = [:], to url: URL,
        contents: (TensorEntry, _ append: TensorEntry.Append) throws -> Void
    ) throws {
        let ordered = entries.enumerated()
            .sorted {
                ($1.element.elementType.bitCount, $0.offset) < ($0.element.elementType.bitCount, $1.offset)
            }
            .map(\.element)
        let header = try header(ordered, metadata, url)
        let file = try AtomicFile(url)
        try header.withUnsafeBytes { try file.append($0) }
        for entry in ordered {
            var remaining = entry.byteCount ?? 0
            try contents(entry) { bytes in
                guard bytes.count <= remaining else { throw wrongLength(entry, url) }
                try file.append(bytes)
                remaining -= bytes.count
            }
            guard remaining == 0 else { throw wrongLength(entry, url) }
        }
        try file.commit()
    }

    /// Writes tensors whose bytes are at hand.
    /// - Throws: As `write(_:metadata:to:contents:)`.
    public static func write(
        _ tensors: [(entry: TensorEntry, bytes: [UInt8])], metadata: [String: String] = [:], to url: URL
    ) throws {
        let bytes = Dictionary(
            tensors.map { ($0.entry.name, $0.bytes) }, uniquingKeysWith: { first, _ in first })
        try write(tensors.map(\.entry), metadata: metadata, to: url) { entry, append in
            try bytes[entry.name]?.withUnsafeBytes { try append($0) }
        }
    }

    /// Length and JSON header, padded.
    private static func header(
        _ entries: [TensorEntry], _ metadata: [String: String], _ url: URL
    ) throws(CheckpointError) -> [UInt8] {
        var members: [String] = []
        if !metadata.isEmpty {
            let texts = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
            members.append("\"__metadata__\":{\(texts.joined(separator: ","))}")
        }
        var names: Set<String> = ["__metadata__"]
        var offset = 0
        for entry in entries {
            guard names.insert(entry.name).inserted else {
                throw refusal(entry, url, "has a name that is taken")
            }
            guard let count = entry.byteCount,
                case let (end, overflow) = offset.addingReportingOverflow(count),
                !overflow
            else { throw refusal(entry, url, "has an impossible shape") }
            members.append(member(entry, offset, end))
            offset = end
        }
        return framed("{\(members.joined(separator: ","))}")
    }

    private static func member(_ entry: TensorEntry, _ begin: Int, _ end: Int) -> String {
        let shape = entry.shape.map(String.init).joined(separator: ",")
        return "\(quoted(entry.name)):{\"dtype\":\"\(entry.elementType.safetensorsName)\","
            + "\"shape\":[\(shape)],\"data_offsets\":[\(begin),\(end)]}"
    }

    private static func framed(_ json: String) -> [UInt8] {
        var text = Array(json.utf8)
        text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - text.count % 8) % 8))
        return withUnsafeBytes(of: UInt64(text.count).littleEndian, Array.init) + text
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\u{0}"..<" ":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private static func wrongLength(_ entry: TensorEntry, _ url: URL) -> CheckpointError {
        refusal(entry, url, "was given more or fewer bytes than its shape and type need")
    }

    private static func refusal(_ entry: TensorEntry, _ url: URL, _ reason: String) -> CheckpointError {
        .writing(path: url.path, reason: "tensor “\(entry.name.printable(limit: 200))” \(reason)")
    }
}
