import NibbleQuantization
import NibbleStatistics

extension Workspace {
    /// Takes in what a job reports; results of work that is no longer wanted are dropped.
    mutating func receive(_ event: ApplicationEvent) {
        switch event {
        case .analysed(let analysis): receive(analysis)
        case .analysisFailed(let request, let problem):
            guard chart.requested == request else { return }
            chart.problem = problem
            chart.shown = nil
        case .figures(let key, let figures): self.figures[key] = figures
        case .comparisonPreparing(let generation, let share):
            guard comparison.generation == generation else { return }
            comparison.state = .preparing(share)
        case .comparisonUpdated(let generation, let snapshot):
            guard comparison.generation == generation else { return }
            comparison.state = .running
            comparison.snapshot = snapshot
        case .comparisonEnded(let generation, let problem):
            guard comparison.generation == generation else { return }
            comparison.state = problem.map(RunState.failed) ?? .ended
        default: break
        }
    }

    private mutating func receive(_ analysis: LayerAnalysis) {
        guard chart.requested == analysis.request else { return }
        chart.shown = analysis
        chart.problem = nil
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
