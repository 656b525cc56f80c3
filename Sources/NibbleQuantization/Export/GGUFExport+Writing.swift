import Foundation
import NibbleCheckpoints
import NibbleKernels
import NibbleTransformers

extension GGUFExport {
    /// Numbers that are encoded at a time: few enough that their bytes are still in the cache when they are written.
    private static let numbersAtOnce = 1 << 21

    /// Writes the file, whole or not at all.
    ///
    /// While a piece is written, a thread of its own sees to the encoding of the next.
    /// - Parameter progress: called with the share of the bytes that is written.
    /// - Throws: ``NibbleKernels/KernelError/cancelled``, a checkpoint's error if the file can't be written or the model
    ///   can't be read.
    public func write(
        to url: URL, pool: WorkPool = .shared, cancellation: Cancellation = Cancellation(),
        progress: (@Sendable (Double) -> Void)? = nil
    ) throws {
        let entries = tensors.map { TensorEntry(name: $0.name, elementType: $0.type, shape: $0.shape) }
        var remaining = tensors[...]
        let total = Double(max(byteCount, 1))
        var written = 0
        let pieces = PieceQueue()
        defer { pieces.close() }
        Thread.detachNewThread { encodeLayers(pool: pool, cancellation: cancellation, into: pieces) }
        do {
            try GGUFWriter.write(entries, metadata: metadata, to: url) { _, append in
                guard let tensor = remaining.popFirst() else { return }
                try write(tensor, pieces, cancellation) { bytes in
                    try append(bytes)
                    written += bytes.count
                    progress?(Double(written) / total)
                }
                // Before the file gets its name: one that was made of other bytes must not appear.
                if remaining.isEmpty { try model.checkpoint.checkUnchanged() }
            }
        } catch {
            // Whatever else went wrong with a file that changed, went wrong because of that.
            try model.checkpoint.checkUnchanged()
            throw error
        }
    }

    private func write(
        _ tensor: Tensor, _ pieces: PieceQueue, _ cancellation: Cancellation, append: TensorEntry.Append
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
        case .parameters(let names, let headSize):
            for name in names { try write(parameter: name, headSize: headSize, append: append) }
        case .layers:
            var missing = tensor.byteCount
            while missing > 0 {
                let piece = try pieces.take().get()
                try piece.withUnsafeBytes { try append($0) }
                missing -= piece.count
            }
        }
    }

    private func write(parameter name: String, headSize: Int, append: TensorEntry.Append) throws {
        guard let values = try model.numbers(ofParameter: name) else {
            throw ExportError("The model has no \(name.printable).")
        }
        let ordered = headSize == 0 ? values : values.indices.map { values[Self.row(at: $0, headSize)] }
        try ordered.withUnsafeBytes { try append($0) }
    }

    /// Encodes every layer that isn't copied, in the order of the file, until somebody closes the queue.
    private func encodeLayers(pool: WorkPool, cancellation: Cancellation, into pieces: PieceQueue) {
        do {
            for case .layers(let paths, let encoding, let headSize) in tensors.lazy.map(\.source) {
                for path in paths {
                    let isWanted = try encode(path, encoding, headSize: headSize, pool, cancellation) {
                        pieces.put(.success($0))
                    }
                    guard isWanted else { return }
                }
            }
        } catch { _ = pieces.put(.failure(error)) }
    }

    /// Hands a layer's rows to `put`, piece by piece; false once nobody takes any more.
    private func encode(
        _ path: LayerPath, _ encoding: StorageEncoding, headSize: Int, _ pool: WorkPool,
        _ cancellation: Cancellation, put: ([UInt8]) -> Bool
    ) throws -> Bool {
        guard let layer = model.layer(path) else {
            throw ExportError("The model has no layer \(path.name.printable).")
        }
        let unit = max(headSize, 1)
        let step = max(Self.numbersAtOnce / max(layer.shape.columns, 1) / unit, 1) * unit
        for start in stride(from: 0, to: layer.shape.rows, by: step) {
            let packed = try PackedMatrix.encode(
                try model.source(of: path, rows: start..<min(start + step, layer.shape.rows)),
                encoding: encoding, pool: pool, cancellation: cancellation)
            guard put(Self.bytes(of: packed, headSize: headSize)) else { return false }
        }
        return true
    }

    /// The rows of a piece in the file's order.
    private static func bytes(of packed: PackedMatrix, headSize: Int) -> [UInt8] {
        guard headSize > 0 else { return packed.packedBytes() }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(packed.layout.byteCount)
        for place in 0..<packed.shape.rows {
            packed.withBytes(row: row(at: place, headSize)) { bytes.append(contentsOf: $0) }
        }
        return bytes
    }

    /// The row of Hugging Face's order that stands at a place of llama.cpp's: numbers that turn together, i and i + d/2 of
    /// a head, become neighbours (`permute` in `convert_hf_to_gguf.py`).
    static func row(at place: Int, _ headSize: Int) -> Int {
        let within = place % headSize
        return place - within + within % 2 * (headSize / 2) + within / 2
    }
}
