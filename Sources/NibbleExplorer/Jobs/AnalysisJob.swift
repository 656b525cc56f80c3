import NibbleKernels
import NibbleQuantization
import NibbleStatistics
import NibbleTransformers

/// Finds out what the weights panel shows: at once from a sample of rows, then exactly.
struct AnalysisJob: Job {
    static let lane = Lane.latest("analysis")
    var title: String? { "counting" }
    var source: TransformerModel? { model }

    let model: TransformerModel
    let request: AnalysisRequest

    /// Layers below this many weights are done exactly sooner than a first look would be drawn.
    static let smallLayer = 400_000

    /// Reports a first look where the exact picture takes a while, then the exact one.
    ///
    /// - Throws: ``NibbleKernels/KernelError`` or what opening the tensor throws.
    func run(_ tools: JobTools, _ desk: JobDesk<LayerAnalysis>) throws {
        guard let layer = model.layer(request.layer) else { return }
        let source = try model.source(of: layer.id)
        let encoding = try request.storage ?? EncodingCache.storedEncoding(of: layer)
        let isQuick =
            source.shape.elementCount < Self.smallLayer
            || (tools.profiles.profile(of: layer.id, in: model) != nil
                && tools.encodings.cachedMatrix(for: layer, of: model, storage: request.storage) != nil)
        if !isQuick, request.grid != .group {
            desk.report(try firstLook(source, encoding, tools, desk.cancellation))
        }
        desk.report(try exact(layer, source, tools, desk.cancellation))
    }

    func receive(_ analysis: LayerAnalysis, _ state: inout ApplicationState) {
        state.workspace?.receive(analysis)
    }

    func end(_ problem: String?, _ state: inout ApplicationState) {
        state.workspace?.chart.analysis.end(problem, of: request)
        if problem != nil { state.workspace?.chart.analysis.forget() }
    }

    private func firstLook(
        _ source: FloatMatrix, _ encoding: StorageEncoding, _ tools: JobTools, _ cancellation: Cancellation
    ) throws -> LayerAnalysis {
        let known = tools.profiles.profile(of: request.layer, in: model)
        let profile =
            try known
            ?? WeightStatistics.profile(
                of: source, sampleRows: WeightStatistics.sampleRowCount(for: source.shape),
                cancellation: cancellation)
        let look = try WeightStatistics.firstLook(
            at: source, encoding: encoding, profile: known, isScaled: request.grid == .scaled,
            bins: request.bins,
            pool: tools.pool, cancellation: cancellation)
        return LayerAnalysis(
            request: request, picture: look.picture, summary: profile.summary, error: look.error,
            parameters: nil,
            isExact: false)
    }

    private func exact(
        _ layer: LinearLayer, _ source: FloatMatrix, _ tools: JobTools, _ cancellation: Cancellation
    ) throws -> LayerAnalysis {
        let packed = try tools.encodings.matrix(
            for: layer, of: model, storage: request.storage, pool: tools.pool, cancellation: cancellation)
        let profile = try tools.profiles.profile(of: layer.id, in: model) { source throws(KernelError) in
            try WeightStatistics.profile(of: source, cancellation: cancellation)
        }
        let error = try WeightStatistics.error(
            of: packed, against: source, profile: profile, cancellation: cancellation)
        let picture = try LayerPicture.make(
            source: source, packed: packed, mode: mode(packed), bins: request.bins, profile: profile,
            cancellation: cancellation)
        return LayerAnalysis(
            request: request, picture: picture,
            companion: try companion(packed, source, profile, cancellation), summary: profile.summary,
            error: error,
            part: try part(packed, source), parameters: packed.context.parameters, isExact: true)
    }

    /// The codes beside the weights, or the weights beside the codes.
    private func companion(
        _ packed: PackedMatrix, _ source: FloatMatrix, _ profile: WeightProfile, _ cancellation: Cancellation
    ) throws(KernelError) -> LayerPicture? {
        guard request.hasCompanion, request.storage != nil else { return nil }
        return try LayerPicture.make(
            source: source, packed: packed, mode: request.grid == .scaled ? .whole : .scaled,
            bins: request.bins, profile: profile, cancellation: cancellation)
    }

    /// The figures of the row or group that is drawn; nil where the whole layer is.
    private func part(_ packed: PackedMatrix, _ source: FloatMatrix) throws(KernelError) -> PartFigures? {
        guard request.grid == .group else { return nil }
        return try WeightStatistics.figures(
            of: packed, against: source, row: request.row,
            group: packed.layout.groupsPerRow < 2 ? nil : request.group)
    }

    /// The part of the layer that is drawn: a row's group, or the whole row where groups span rows.
    private func mode(_ packed: PackedMatrix) -> LayerPicture.Mode {
        switch request.grid {
        case .whole: .whole
        case .scaled: .scaled
        case .group:
            packed.layout.groupsPerRow < 2
                ? .row(request.row) : .group(row: request.row, group: request.group)
        }
    }
}
