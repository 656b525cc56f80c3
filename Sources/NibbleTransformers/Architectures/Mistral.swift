/// Mistral (Jiang and others 2023): Llama whose attention may see a window of positions only.
struct Mistral: Architecture {
    let identity = Identity(classes: ["MistralForCausalLM"], modelType: "mistral", gguf: "llama")
    let naming = Naming.decoder(ggufPairing: .neighbours)
    let keys = KeyTable.decoder

    func describe(_ configuration: Configuration) throws(TransformerError) -> TransformerDescription {
        try configuration.llamaLike(mask: configuration.windowMask(), pairing: naming.pairing(configuration))
    }
}

extension Configuration {
    /// A window where the configuration gives its length, all positions before otherwise.
    func windowMask() throws(TransformerError) -> Attention.Mask {
        guard let length = try integer(.slidingWindow) else { return .causal }
        guard length > 0 else { throw error(.slidingWindow, "\(length) must be at least 1.") }
        return .window(length)
    }
}
