/// Changes a piece of text before it is split into words.
protocol Normalizer: FilePart {
    /// The changed text, as UTF-8.
    func normalize(_ text: [UInt8]) -> [UInt8]
    /// What it does in the words of GGUF files.
    var ggufTraits: GGUFTraits { get }
}

extension Normalizer {
    var ggufTraits: GGUFTraits { [] }
}
