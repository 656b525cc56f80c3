import NibbleEvaluation
import NibbleHome
import NibbleKernels
import NibbleQuantization

/// What jobs work with, and what outlives each of them.
struct JobTools: Sendable {
    /// Packed matrices, so that nothing is encoded twice.
    let encodings = EncodingCache()
    /// Counted weights.
    let profiles = ProfileCache()
    /// The original's runs, so that an edit runs the plan alone.
    let references = ReferenceRuns()
    /// The original's outputs, for the same with encoders.
    let outputs = ReferenceOutputs()
    /// The threads of kernels.
    let pool: WorkPool
    /// Finds and opens models, and keeps plans.
    let opener: ModelOpener
    /// Where failures are written down.
    let log: EventLog
}
