extension MiniFloatFormat {
    /// The scale of a tensor that has one.
    public func check(
        _ parameters: TensorParameters, layout: PackedLayout, encoding: StorageEncoding
    ) throws(KernelError) {
        try check(parameters, only: encoding.granularity == .tensor ? [\.scale] : [])
    }
}
