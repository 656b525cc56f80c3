extension MiniFloatFormat {
    /// The scale of a tensor that has one.
    public func check(
        _ parameters: TensorParameters, layout: PackedLayout, encoding: LayerEncoding
    ) throws(KernelError) {
        try check(parameters, only: encoding.granularity == .tensor ? [\.scale] : [])
    }
}
