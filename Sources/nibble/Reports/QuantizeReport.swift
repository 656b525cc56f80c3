import NibbleCheckpoints
import NibbleCommandLine
import NibbleQuantization
import NibbleText
import NibbleTransformers

/// What `nibble quantize` tells.
struct QuantizeReport: Encodable {
    struct Tensor: Encodable {
        let name: String
        let shape: [Int]
        let stored: String
        let type: String
        let bytes: Int
        let remark: String?
    }

    let schema = "nibble.quantize/1"
    let model: String
    let output: String
    let storedBytes: Int
    let bytes: Int
    let seconds: Double
    let tensors: [Tensor]
    let remarks: [String]

    init(_ export: GGUFExport, model: TransformerModel, output: String, seconds: Double) {
        self.model = model.name
        self.output = output
        self.seconds = seconds
        storedBytes = model.checkpoint.totalByteCount
        bytes = export.byteCount
        remarks = export.remarks
        tensors = export.tensors.map {
            Tensor(
                name: $0.name, shape: $0.shape, stored: $0.stored.safetensorsName,
                type: $0.type.safetensorsName,
                bytes: $0.byteCount, remark: $0.remark)
        }
    }

    /// The figures for a person.
    var text: String {
        var table = TextTable([.text("type"), .number("tensors"), .number("size")])
        let types = Dictionary(grouping: tensors, by: \.type)
        for (type, tensors) in types.sorted(by: { $0.key < $1.key }) {
            let size = tensors.reduce(0) { $0 + $1.bytes }
            table.add([type, "\(tensors.count)", FigureText.bytes(size)])
        }
        let sentences = (remarks + tensors.compactMap(\.remark)).map { $0.printable + "\n" }.joined()
        return
            "\(output.printable): \(FigureText.bytes(bytes)) from \(FigureText.bytes(storedBytes)), written in "
            + "\(FigureText.plain(seconds, decimals: 1)) s\n\n" + table.text
            + (sentences.isEmpty ? "" : "\n" + sentences)
    }
}
