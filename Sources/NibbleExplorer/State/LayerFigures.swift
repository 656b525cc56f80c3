import NibbleKernels
import NibbleQuantization
import NibbleStatistics

/// A layer whose figures in a storage are needed.
struct FigureRequest: Hashable, Sendable {
    /// The layer's number.
    let layer: Int
    /// The storage's number in the palette.
    let storage: Int
}

/// Figures of a layer in a storage.
struct FigureResult: Sendable {
    /// The layer's number.
    let layer: Int
    /// The storage's number in the palette.
    let storage: Int
    let figures: LayerFigures
}

/// What the tree shows of a layer under a setting.
struct LayerFigures: Hashable, Sendable {
    /// ‖x − x̂‖ ÷ ‖x‖ of the stored codes.
    let relativeError: Double
    /// Share of weights beyond the grid.
    let clippedFraction: Double
    /// Weights that are NaN or infinite.
    let nonFiniteCount: Int
}

extension LayerMarks {
    /// What a run has counted.
    init(_ report: KernelReport) {
        self = []
        if report.nonFiniteValues.count > 0 { insert(.nonFinite) }
        if report.accumulatorOverflows.count > 0 { insert(.overflow) }
        if report.activationClips.count > 0 { insert(.activationClip) }
    }
}

extension LayerFigures {
    /// The figures of an exact error.
    init(_ error: EncodingError) {
        self.init(
            relativeError: error.relativeError, clippedFraction: error.clippedFraction,
            nonFiniteCount: error.nonFiniteCount)
    }
}
