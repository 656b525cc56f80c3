import NibbleCheckpoints
import NibbleKernels

extension ElementType {
    /// How the kernel library calls this storage; nil if it can't read it.
    var matrixStorage: FloatMatrix.Storage? {
        switch self {
        case .f64: .f64
        case .f32: .f32
        case .f16: .f16
        case .bf16: .bf16
        default: nil
        }
    }

    /// The format whose rows are the bytes of such a tensor; nil if the kernel library has none.
    public var storedFormat: (any NumericFormat)? {
        guard case .block(let block) = self else {
            let storage = matrixStorage == .f64 ? .f32 : matrixStorage
            return storage.flatMap { try? FormatCatalogue.format(named: $0.rawValue) }
        }
        guard let format = FormatCatalogue.format(ofGGUFType: block.name) else { return nil }
        let shape = MatrixShape(rows: 1, columns: block.elementCount)
        let layout = try? format.layout(of: shape, encoding: format.defaultEncoding)
        return layout?.byteCount == block.byteCount ? format : nil
    }
}
