import NibbleKernels

/// Rounding to nearest: each weight becomes the nearest code of the grid that its storage describes, without data.
struct Rounding: QuantizationMethod {
    let name = "rounding"
    let summary = "each weight becomes the nearest code; needs no data"

    func quantize(_ job: LayerJob) throws -> PackedMatrix {
        try PackedMatrix.encode(
            job.weights, encoding: job.storage, pool: job.pool, cancellation: job.cancellation,
            progress: job.progress)
    }
}
