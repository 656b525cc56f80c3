import NibbleCheckpoints
import NibbleKernels

/// Which types a GGUF file can give its tensors, and what llama.cpp takes where a type does not fit.
enum GGUFType {
    /// The type whose bytes are those of a format.
    ///
    /// - Throws: ``ExportError`` for a format that GGUF does not have.
    static func type(of setting: Setting) throws(ExportError) -> ElementType {
        let name = setting.storage.format
        guard let type = byFormat[name] else { throw ExportError(refusal(of: name)) }
        return type
    }

    /// Why nothing can be written in a format.
    private static func refusal(of format: String) -> String {
        let known = types.compactMap { $0.storedFormat?.name }
        let list = known.joined(separator: ", ")
        if BlockType.all.contains(where: { ElementType.block($0).storedFormat?.name == format }) {
            return "nibble reads \(format) from GGUF files, but does not write it. It writes \(list)."
        }
        let own = "\(format)-gguf"
        guard known.contains(own) else {
            return "GGUF files have no type for \(format). They can hold \(list)."
        }
        return "GGUF files have no type for \(format); they have \(own), whose blocks are laid out otherwise."
    }

    /// Every type that a format of the catalogue writes.
    private static let types: [ElementType] =
        ([.f32, .f16, .bf16] + BlockType.all.map { .block($0) }).filter {
            $0.storedFormat?.canEncode == true
        }

    /// Those types by the names of their formats.
    private static let byFormat = Dictionary(
        types.compactMap { type in type.storedFormat.map { ($0.name, type) } },
        uniquingKeysWith: { first, _ in first })

    /// Whether a GGUF file can hold what a format writes.
    static func writes(_ format: String) -> Bool { byFormat[format] != nil }

    /// What takes the place of a type whose blocks don't fill the rows: the choice of `llama-quantize`
    /// (`tensor_type_fallback` in `llama-quant.cpp`).
    static func fitting(_ type: ElementType, columns: Int) -> ElementType {
        guard columns % type.blockElementCount != 0 else { return type }
        let smaller = block(named: smallerBlocks[type.safetensorsName] ?? type.safetensorsName)
        return columns % smaller.blockElementCount == 0 ? smaller : .f16
    }

    private static let smallerBlocks = [
        "IQ4_XS": "IQ4_NL", "Q2_K": "Q4_0", "Q3_K": "Q4_0", "TQ1_0": "Q4_0", "TQ2_0": "Q4_0", "Q4_K": "Q5_0",
        "Q5_K": "Q5_1", "Q6_K": "Q8_0",
    ]

    private static func block(named name: String) -> ElementType {
        BlockType.all.first { $0.name == name }.map { .block($0) } ?? .f16
    }

    /// `general.file_type` of a file whose tensors are mostly of a type (`enum llama_ftype` in `llama.h`); nil if none says so.
    static func fileType(_ type: ElementType) -> UInt32? { fileTypes[type.safetensorsName] }

    private static let fileTypes: [String: UInt32] = [
        "F32": 0, "F16": 1, "Q4_0": 2, "Q4_1": 3, "Q8_0": 7, "Q5_0": 8, "Q5_1": 9, "Q2_K": 10, "Q3_K": 11,
        "Q4_K": 14, "Q5_K": 16, "Q6_K": 18, "IQ4_NL": 25, "IQ4_XS": 30, "BF16": 32, "TQ1_0": 36, "TQ2_0": 37,
        "MXFP4": 38,
    ]
}

/// Why a model cannot be written, as a sentence.
public struct ExportError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The sentence.
    public let description: String

    init(_ description: String) { self.description = description }
}
