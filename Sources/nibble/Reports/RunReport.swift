import NibbleEvaluation
import NibbleKernels
import NibbleQuantization
import NibbleTransformers

/// What `nibble run` tells.
struct RunReport: Encodable {
    struct Token: Encodable {
        let id: Int
        let text: String
    }

    struct Record: Encodable {
        let position: Int
        let id: Int
        let text: String
        let logProbability: Double
        let entropy: Double
        let klDivergence: Double?
        let agrees: Bool
        let referenceRank: Int?
        let top: [Candidate]
    }

    struct Candidate: Encodable {
        let id: Int
        let text: String
        let probability: Double
    }

    struct Divergence: Encodable {
        let meanKL: Double?
        let worstKL: Double?
        let worstIndex: Int?
        let agreement: Double?
        let firstSplit: Int?
        let comparedTokens: Int
    }

    struct Contestant: Encodable {
        let name: String
        let text: String
        let finished: String?
        let tokensPerSecond: Double
        let prefillSeconds: Double
        let memoryBytes: Int
        let tokens: [Record]
        let divergence: Divergence?
        let counters: [LayerCounters]
    }

    struct PlanInformation: Encodable {
        let name: String
        let rules: [String]
        let originalBytes: Int
        let planBytes: Int
        let bitsPerWeight: Double
    }

    let schema = "nibble.run/1"
    let event = "result"
    let model: String
    let mode: String
    let seed: UInt64
    let prompt: [Token]
    let plan: PlanInformation?
    let contestants: [Contestant]

    init(_ snapshot: ComparisonSnapshot, model: TransformerModel, plan: ResolvedPlan?, seed: UInt64) {
        self.model = model.name
        mode = snapshot.mode.rawValue
        self.seed = seed
        prompt = snapshot.promptTokens.map { Token(id: $0.id, text: $0.text) }
        self.plan = plan.flatMap(PlanInformation.init)
        contestants =
            [Contestant(snapshot.reference, nil, layers: model.layers)]
            + snapshot.candidates.map { Contestant($0, $0.divergence, layers: model.layers) }
    }
}

extension RunReport.PlanInformation {
    /// A plan with what it makes of the model's size; nil where that can't be told.
    init?(_ plan: ResolvedPlan) {
        guard let size = try? plan.checkedSize() else { return nil }
        self.init(
            name: plan.plan.name,
            rules: plan.plan.rules.map { "\($0.pattern)=\(Setting.text(of: $0.setting))" },
            originalBytes: size.originalBytes, planBytes: size.planBytes, bitsPerWeight: size.bitsPerWeight)
    }
}

extension RunReport.Contestant {
    fileprivate init(
        _ progress: ContestantProgress, _ summary: DivergenceSummary?, layers: [LinearLayer]
    ) {
        name = progress.name
        text = progress.text
        finished = progress.finished?.rawValue
        tokensPerSecond = progress.tokensPerSecond
        prefillSeconds = progress.prefillSeconds
        memoryBytes = progress.memoryByteCount
        tokens = progress.records.map(RunReport.Record.init)
        divergence = summary.map {
            RunReport.Divergence(
                meanKL: $0.meanKL, worstKL: $0.worstKL, worstIndex: $0.worstIndex, agreement: $0.agreement,
                firstSplit: $0.firstSplit, comparedTokens: $0.comparedCount)
        }
        counters = layers.compactMap { layer in
            progress.reports[layer.id].map { LayerCounters(layer: layer.id.name, report: $0) }
        }
    }
}

extension RunReport.Record {
    fileprivate init(_ record: TokenRecord) {
        position = record.position
        id = record.id
        text = record.text
        logProbability = record.logProbability
        entropy = record.entropy
        klDivergence = record.klDivergence
        agrees = record.agrees
        referenceRank = record.referenceRank
        top = record.top.map { RunReport.Candidate(id: $0.id, text: $0.text, probability: $0.probability) }
    }
}

/// What one layer counted.
struct LayerCounters: Encodable {
    struct Tally: Encodable {
        let count: Int
        let total: Int
        let fraction: Double
        let worstExcess: Double

        init(_ tally: KernelReport.Tally) {
            count = tally.count
            total = tally.total
            fraction = tally.fraction
            worstExcess = tally.worstExcess
        }
    }

    /// The output channels whose sums left the accumulator.
    struct Channels: Encodable {
        /// How many channels overflowed.
        let count: Int
        /// The row of the weights that overflowed most, and how often.
        let worst: Int
        let worstCount: Int
        /// The narrowest register for the sums that occurred, and for any sums of such codes.
        let sufficientBits: Int
        let safeBits: Int

        init(_ channels: ChannelOverflows) {
            count = channels.channelCount
            worst = channels.worstChannel
            worstCount = channels.counts[channels.worstChannel]
            sufficientBits = channels.sufficientBits
            safeBits = channels.safeBits
        }
    }

    let layer: String
    let activationClips: Tally
    let accumulatorOverflows: Tally
    let overflowingChannels: Channels?
    let nonFiniteValues: Tally

    init(layer: String, report: KernelReport) {
        self.layer = layer
        activationClips = Tally(report.activationClips)
        accumulatorOverflows = Tally(report.accumulatorOverflows)
        overflowingChannels = report.channelOverflows.map(Channels.init)
        nonFiniteValues = Tally(report.nonFiniteValues)
    }

    /// Whether something happened.
    var isHurt: Bool {
        activationClips.count + accumulatorOverflows.count + nonFiniteValues.count > 0
    }
}
