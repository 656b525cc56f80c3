import NibbleKernels
import NibbleQuantization
import NibbleStatistics
import NibbleTransformers

/// What the weights panel shows and how.
struct WeightChart: Sendable {
    /// A way to draw two histograms.
    enum Kind: String, CaseIterable, Sendable {
        /// The original above the axis, the codes hanging below it.
        case mirror
        /// The codes' columns in front of the original's.
        case blocks
    }

    /// Which weights and which grid are drawn.
    enum Grid: String, CaseIterable, Sendable {
        /// The weights of the whole layer.
        case whole = "weights"
        /// Each weight ÷ its own scale, against the codes.
        case scaled = "weight ÷ scale"
        /// One group of one row with its true grid.
        case group = "one group"
    }

    /// How it is drawn.
    var kind = Kind.mirror
    /// What is drawn.
    var grid = Grid.whole
    /// The row whose group is drawn.
    var row = 0
    /// The group along that row.
    var group = 0
    /// What a job finds out about the chosen layer.
    var analysis = Wanted<AnalysisRequest, LayerAnalysis>()
}

/// What should be found out about one layer for the weights panel.
struct AnalysisRequest: Hashable, Sendable {
    let layer: LayerPath
    /// How its bytes are made; nil: the layer as stored.
    let storage: StorageEncoding?
    let grid: WeightChart.Grid
    let row: Int
    let group: Int
    /// Columns of the histogram.
    let bins: Int
    /// Whether a second picture is shown beside it: of the codes, or where the codes are shown, of the weights.
    var hasCompanion = false
}

/// What was found out about one layer.
struct LayerAnalysis: Sendable {
    let request: AnalysisRequest
    /// The two histograms and the grid.
    let picture: LayerPicture
    /// The second picture; nil where none is shown, and for a first look.
    var companion: LayerPicture?
    /// Range, moments and non-finite values of the weights.
    let summary: ValueSummary
    /// Error, clipping and code use of the storage.
    let error: EncodingError
    /// The figures of the row or group that is drawn; nil where the whole layer is.
    var part: PartFigures?
    /// Parameters that hold for the whole tensor; nil for a first look.
    let parameters: TensorParameters?
    /// Whether all weights were read, or only a sample of rows.
    let isExact: Bool
}
