import Foundation
import NibbleCheckpoints
import NibbleKernels
import NibbleTransformers

extension GGUFExport {
    /// Numbers that are in memory at a time as f32.
    private static let numbersAtOnce = 1 << 24

    /// Writes the file, whole or not at all.
    ///
    /// - Parameter progress: called with the share of the bytes that is written.
    /// - Throws: ``NibbleKernels/KernelError/cancelled``, a checkpoint's error if the file can't be written or the model
    ///   can't be read.
    public func write(
        to url: URL, pool: WorkPool = .shared, cancellation: Cancellation = Cancellation(),
        progress: (@Sendable (Double) -> Void)? = nil
    ) throws {
        let entries = tensors.map { GGUFWriter.Entry(name: $0.name, elementType: $0.type, shape: $0.shape) }
        var remaining = tensors[...]
        let total = Double(max(byteCount, 1))
        var written = 0
        try GGUFWriter.write(entries, metadata: metadata, to: url) { _, append in
            guard let tensor = remaining.popFirst() else { return }
            try write(tensor, pool: pool, cancellation: cancellation) { bytes in
                try append(bytes)
                written += bytes.count
                progress?(Double(written) / total)
            }
        }
    }

    private func write(
        _ tensor: Tensor, pool: WorkPool, cancellation: Cancellation, append: GGUFWriter.Append
    ) throws {
        switch tensor.source {
        case .copy(let name):
            let stored = try model.checkpoint.tensor(named: name)
            for start in stride(from: 0, to: stored.bytes.count, by: Self.numbersAtOnce) {
                try cancellation.check()
                let end = min(start + Self.numbersAtOnce, stored.bytes.count)
                try stored.withUnsafeBytes { try append(UnsafeRawBufferPointer(rebasing: $0[start..<end])) }
            }
        case .numbers(let numbers): try numbers.withUnsafeBytes { try append($0) }
        case .vector(let name, let headSize):
            guard let values = try model.vector(name) else {
                throw ExportError("The model has no \(name.printable).")
            }
            let ordered = headSize == 0 ? values : values.indices.map { values[Self.row(at: $0, headSize)] }
            try ordered.withUnsafeBytes { try append($0) }
        case .layer(let id, let encoding, let headSize):
            try write(id, encoding, headSize, pool, cancellation, append)
        }
    }

    /// Encodes a layer some rows at a time.
    private func write(
        _ id: LayerID, _ encoding: LayerEncoding, _ headSize: Int, _ pool: WorkPool,
        _ cancellation: Cancellation,
        _ append: GGUFWriter.Append
    ) throws {
        guard let layer = model.layer(id) else {
            throw ExportError("The model has no layer \(id.name.printable).")
        }
        let unit = max(headSize, 1)
        let step = max(Self.numbersAtOnce / max(layer.shape.columns, 1) / unit, 1) * unit
        for start in stride(from: 0, to: layer.shape.rows, by: step) {
            let rows = start..<min(start + step, layer.shape.rows)
            let packed = try PackedMatrix.encode(
                try model.source(of: id, rows: rows), encoding: encoding, pool: pool,
                cancellation: cancellation)
            var bytes: [UInt8] = []
            bytes.reserveCapacity(packed.layout.byteCount)
            for row in 0..<rows.count {
                let source = headSize == 0 ? row : Self.row(at: row, headSize)
                packed.withBytes(row: source) { bytes.append(contentsOf: $0) }
            }
            try bytes.withUnsafeBytes { try append($0) }
        }
    }

    /// The row of Hugging Face's order that stands at a place of llama.cpp's: numbers that turn together, i and i + d/2 of
    /// a head, become neighbours (`permute` in `convert_hf_to_gguf.py`).
    static func row(at place: Int, _ headSize: Int) -> Int {
        let within = place % headSize
        return place - within + within % 2 * (headSize / 2) + within / 2
    }
}
