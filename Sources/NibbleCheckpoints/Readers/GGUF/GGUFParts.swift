import NibbleText

/// The files of one GGUF model, put together: one, or the parts that gguf-split has made of it.
///
/// A part says which it is (`split.no`, from 0), of how many (`split.count`), and how many tensors all hold together
/// (`split.tensors.count`); the first has the metadata (`tools/gguf-split` of llama.cpp).
struct GGUFParts {
    private(set) var files: [MappedFile] = []
    private(set) var tensors: [TensorDescription] = []
    private(set) var warnings: [String] = []
    private var headers: [(name: String, header: GGUFHeader)] = []
    private var names: Set<String> = []

    /// Takes in the next file.
    mutating func add(
        _ file: MappedFile, _ header: GGUFHeader, name: String
    ) throws(CheckpointError) {
        for tensor in header.tensors where !names.insert(tensor.name).inserted {
            throw .gguf(file: name, .duplicateTensor(tensor.name))
        }
        files.append(file)
        headers.append((name, header))
        tensors += header.tensors
        if header.trailingByteCount > 0 {
            warnings.append("\(name.printable) has \(header.trailingByteCount) bytes behind its last tensor.")
        }
    }

    /// The metadata of the first file, whose bytes it points into.
    var metadata: GGUFMetadata {
        headers.first?.header.metadata ?? GGUFMetadata(keys: [], values: [:], ranges: [:])
    }

    /// Why the files aren't a whole model although none of their names is missing, as a sentence; nil if they are.
    func problem(names set: PartSet?) -> String? {
        guard set?.missing.isEmpty ?? true, let first = headers.first else { return nil }
        let cannot = "Until then it can be browsed, but neither run nor written."
        let promised = first.header.metadata["split.count"]?.integer ?? 1
        guard promised <= 1 || promised == headers.count else {
            return headers.count == 1
                ? "\(first.name.printable(limit: 120)) is part \(Self.number(first.header)) of \(promised) of a model. Put all "
                    + "parts into one folder, under the names that gguf-split gave them (…-00001-of-0000N.gguf). \(cannot)"
                : "\(first.name.printable(limit: 120)) says that the model has \(promised) parts, here are \(headers.count). "
                    + "Download all parts again. \(cannot)"
        }
        for (index, part) in headers.enumerated()
        where headers.count > 1 && Self.number(part.header) != index + 1 {
            return
                "\(part.name.printable(limit: 120)) says that it is part \(Self.number(part.header)), not part "
                + "\(index + 1). Give the parts their own names again, or download them again. \(cannot)"
        }
        guard let count = first.header.metadata["split.tensors.count"]?.integer, promised > 1,
            count != tensors.count
        else { return nil }
        return
            "The parts hold \(tensors.count) of the \(count) tensors that \(first.name.printable(limit: 120)) promises. "
            + "Download all parts again. \(cannot)"
    }

    /// Which part a file says that it is, from 1.
    private static func number(_ header: GGUFHeader) -> Int {
        let number = header.metadata["split.no"]?.integer ?? 0
        return number < Int.max ? number + 1 : number
    }
}
