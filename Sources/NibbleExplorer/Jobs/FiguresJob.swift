import Dispatch
import NibbleKernels
import NibbleQuantization
import NibbleStatistics
import NibbleTransformers

/// Computes what the tree shows of layers in storages: the exact error of the stored codes.
struct FiguresJob: Job {
    static let lane = Lane.latest("figures")
    var title: String? { "errors" }
    var source: TransformerModel? { model }

    let model: TransformerModel
    /// The storages that requests number.
    let storages: [StorageEncoding]
    let requests: [FigureRequest]

    /// Results are reported together so often: of thousands of small layers the screen takes in many at a time.
    static let interval = DispatchTimeInterval.milliseconds(50)

    /// Works on the layers one after the other; one that can't be encoded is passed over, its analysis says why.
    func run(_ tools: JobTools, _ desk: JobDesk<[FigureResult]>) {
        var results: [FigureResult] = []
        var next = DispatchTime.now() + Self.interval
        for (index, request) in requests.enumerated() where !desk.cancellation.isCancelled {
            if let error = try? error(request, tools, desk.cancellation) {
                results.append(
                    FigureResult(layer: request.layer, storage: request.storage, figures: LayerFigures(error))
                )
            }
            guard DispatchTime.now() >= next || index == requests.count - 1 else { continue }
            desk.report(results)
            desk.show("errors", share: Double(index + 1) / Double(requests.count))
            results = []
            next = DispatchTime.now() + Self.interval
        }
    }

    func receive(_ results: [FigureResult], _ state: inout ApplicationState) {
        state.workspace?.receive(results)
    }

    private func error(
        _ request: FigureRequest, _ tools: JobTools, _ cancellation: Cancellation
    ) throws -> EncodingError {
        let layer = model.layers[request.layer]
        let packed = try tools.encodings.matrix(
            for: layer, of: model, storage: storages[request.storage], pool: tools.pool,
            cancellation: cancellation)
        return try WeightStatistics.error(
            of: packed, against: model.source(of: layer.id),
            profile: tools.profiles.profile(of: layer.id, in: model), cancellation: cancellation)
    }
}
