import NibbleCommandLine
import NibbleKernels
import NibbleTransformers

/// How fast one model reads and writes with some threads.
struct ModelSpeed {
    let model: TransformerModel
    let weights: WeightSet
    let pool: WorkPool
    let promptTokens: Int
    let generate: Int
    var cache = VectorStorage.f32

    /// Tokens a second of several runs.
    struct Rates {
        let median: Double
        let slowest: Double
        let fastest: Double
    }

    private var tokens: [Int] {
        (0..<max(promptTokens, generate)).map { ($0 * 7919 + 13) % model.vocabularySize }
    }

    /// A session that has read one token, and the seconds which that took.
    func open() throws -> (session: DecoderSession, seconds: Double) {
        var session: DecoderSession?
        let time = try Stopwatch.milliseconds {
            let opened = try DecoderSession(
                model: model, weights: weights, contextLength: max(promptTokens, generate),
                cacheStorage: cache, pool: pool)
            _ = try opened.append([tokens[0]])
            session = opened
        }
        guard let session else { throw CommandError(description: "The model cannot run.") }
        return (session, time / 1000)
    }

    /// Reads the prompt at once.
    func prefill(_ session: DecoderSession, repetitions: Int) throws -> Rates {
        let prompt = Array(tokens.prefix(promptTokens))
        return try rates(promptTokens, repetitions) {
            session.rewind(to: 0)
            _ = try session.append(prompt, cancellation: Interruption.cancellation)
        }
    }

    /// Takes one token after the other from an empty context.
    func decode(_ session: DecoderSession, repetitions: Int) throws -> Rates {
        let written = Array(tokens.prefix(generate))
        return try rates(generate, repetitions) {
            session.rewind(to: 0)
            for token in written {
                _ = try session.append([token], cancellation: Interruption.cancellation)
            }
        }
    }

    /// The scheme by which the first layer's activations are quantized.
    var scheme: String {
        model.layers.lazy.compactMap { weights[$0.id]?.arithmetic.activation }.first ?? "float"
    }

    /// After one run that is not counted.
    private func rates(_ tokens: Int, _ repetitions: Int, _ body: () throws -> Void) throws -> Rates {
        try body()
        let rates = try (0..<repetitions).map { _ in
            Double(tokens) / (try Stopwatch.milliseconds(body)) * 1000
        }
        return Rates(
            median: Stopwatch.median(rates), slowest: rates.min() ?? 0, fastest: rates.max() ?? 0)
    }
}
