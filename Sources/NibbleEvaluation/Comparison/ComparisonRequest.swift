import NibbleKernels
import NibbleTransformers

/// Whose tokens the compared models read.
public enum ComparisonMode: String, Hashable, Sendable, CaseIterable {
    /// The original writes; every model reads the original's tokens and predicts the next one at each place, so that
    /// all places can be compared.
    case teacherForced
    /// Every model reads its own tokens; predictions can be compared up to the first split only, as the models read
    /// different texts from there on.
    case freeRunning
}

/// How the next token is chosen from the logits; see `Sampler`.
public struct SamplingOptions: Hashable, Sendable {
    /// Divides the logits; 0 takes the likeliest token.
    public var temperature: Float
    /// Keeps the so many likeliest tokens; 0 keeps all.
    public var topK: Int
    /// Keeps the smallest set of tokens that has this probability.
    public var topP: Float
    /// Keeps tokens of at least this share of the largest probability.
    public var minP: Float
    /// Fixes the draws.
    ///
    /// Every model draws with the same numbers, so that equal distributions give equal tokens.
    public var seed: UInt64

    /// Options; without arguments the likeliest token is taken.
    public init(
        temperature: Float = 0, topK: Int = 0, topP: Float = 1, minP: Float = 0, seed: UInt64 = 0
    ) {
        self.temperature = temperature
        self.topK = topK
        self.topP = topP
        self.minP = minP
        self.seed = seed
    }

    var sampler: Sampler {
        Sampler(temperature: temperature, topK: topK, topP: topP, minP: minP, seed: seed)
    }
}

/// What is to be compared.
public struct ComparisonRequest: Sendable {
    /// The text that every model continues.
    public var prompt: String
    /// The prompt's tokens where they are known already; nil encodes `prompt` with the model's tokenizer.
    public var promptTokens: [Int]?
    /// Tokens to write, at most.
    public var maximumTokens: Int
    /// Whose tokens are read.
    public var mode: ComparisonMode
    /// How tokens are chosen.
    public var sampling: SamplingOptions
    /// The reference, and whom to compare with it.
    public var contestants: Contestants
    /// Likeliest tokens kept for each place.
    public var topCount: Int
    /// Threads; nil for as many as there are cores.
    public var threads: Int?

    /// A request.
    public init(
        prompt: String, promptTokens: [Int]? = nil, maximumTokens: Int = 64,
        mode: ComparisonMode = .teacherForced, sampling: SamplingOptions = SamplingOptions(),
        contestants: Contestants, topCount: Int = 12, threads: Int? = nil
    ) {
        self.prompt = prompt
        self.promptTokens = promptTokens
        self.maximumTokens = maximumTokens
        self.mode = mode
        self.sampling = sampling
        self.contestants = contestants
        self.topCount = topCount
        self.threads = threads
    }

    var pool: WorkPool { threads.map { WorkPool(threadCount: $0) } ?? .shared }
}
