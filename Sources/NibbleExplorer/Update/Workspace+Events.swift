import NibbleQuantization
import NibbleStatistics

extension Workspace {
    /// Takes in a picture and figures of a layer, sampled or exact.
    mutating func receive(_ analysis: LayerAnalysis) {
        chart.analysis.receive(analysis, of: analysis.request)
        guard analysis.isExact, let storage = analysis.request.storage else { return }
        figures[FigureKey(layer: analysis.request.layer, storage: storage)] = LayerFigures(analysis.error)
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
