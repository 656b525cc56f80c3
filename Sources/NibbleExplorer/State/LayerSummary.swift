/// What the tree shows of a layer, or of all layers of a group together.
struct LayerSummary: Sendable {
    /// The format of some layers.
    enum Format: Hashable, Sendable {
        /// There is no layer.
        case empty
        /// By its number in the palette.
        case uniform(Int)
        case mixed
    }

    /// Layers that the filter shows.
    var layerCount = 0
    /// Their bytes under the plan.
    var byteCount = 0
    /// Their weights.
    var weightCount = 0
    /// Their format, if they have one.
    var format = Format.empty
    /// The largest relative error that is known; nil where none is.
    var worstError: Double?
    /// Layers whose error is not known yet.
    var waitingCount = 0
    /// What has happened to some of them.
    var marks: LayerMarks = []
    /// Layers that a change applies to besides the one under the cursor.
    var markedCount = 0

    /// Bits per weight.
    var bitsPerWeight: Double { weightCount == 0 ? 0 : Double(byteCount * 8) / Double(weightCount) }

    /// Whether all of them are marked.
    var isMarked: Bool { layerCount > 0 && markedCount == layerCount }

    /// Takes in further layers.
    mutating func add(_ other: LayerSummary) {
        guard other.layerCount > 0 else { return }
        if format == .empty { format = other.format } else if format != other.format { format = .mixed }
        layerCount += other.layerCount
        byteCount += other.byteCount
        weightCount += other.weightCount
        if let error = other.worstError { worstError = max(worstError ?? error, error) }
        waitingCount += other.waitingCount
        marks.formUnion(other.marks)
        markedCount += other.markedCount
    }
}

/// What has happened to a layer's weights, and in it while it ran.
struct LayerMarks: OptionSet, Hashable, Sendable {
    let rawValue: UInt8

    /// Weights or values that are NaN or infinite.
    static let nonFinite = LayerMarks(rawValue: 1)
    /// An accumulator overflowed.
    static let overflow = LayerMarks(rawValue: 2)
    /// Activations were clipped.
    static let activationClip = LayerMarks(rawValue: 4)
    /// Weights beyond the grid are clipped.
    static let weightClip = LayerMarks(rawValue: 8)
}
