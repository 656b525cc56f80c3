import NibbleEvaluation
import NibbleKernels
import NibbleQuantization
import NibbleTransformers

/// What `nibble run` tells of an encoder.
struct EncoderReport: Encodable {
    struct Class: Encodable {
        let label: String
        let probability: Double
    }

    struct Word: Encodable {
        let id: Int
        let text: String
        let probability: Double
    }

    struct Mask: Encodable {
        let place: Int
        let words: [Word]
    }

    struct Output: Encodable {
        let name: String
        let classes: [Class]?
        let masks: [Mask]?
        let vector: [Float]?
    }

    struct Difference: Encodable {
        let name: String
        let klDivergence: Double?
        let cosine: Double?
        let agrees: Bool?
    }

    struct Text: Encodable {
        let text: String
        let pair: String?
        let tokens: Int
        let cutTokens: Int
        let outputs: [Output]
        let differences: [Difference]
    }

    struct Contestant: Encodable {
        let name: String
        let seconds: Double
        let memoryBytes: Int
        /// The similarity of each text with each; of vectors only.
        let similarities: [[Double?]]?
        let counters: [LayerCounters]
    }

    let schema = "nibble.encode/1"
    let model: String
    let kind: String
    let pooling: String?
    let plan: RunReport.PlanInformation?
    let texts: [Text]
    let contestants: [Contestant]

    /// Words that are told of each mask.
    static let wordCount = 8

    init(_ results: [EncoderResult], run: EncoderRun, model: TransformerModel, plan: ResolvedPlan?) {
        let names = ["original"] + (plan.map { [$0.plan.name] } ?? [])
        let isEmbedder = model.description?.kind == .textEmbedder
        self.model = model.name
        kind = model.description?.kind.title ?? ""
        let length = run.pooling.isNormalized ? ", normalized" : ""
        pooling = isEmbedder ? run.pooling.mode.rawValue + length : nil
        self.plan = plan.flatMap(RunReport.PlanInformation.init)
        texts = results.map { Text($0, names: names, model: model) }
        contestants = names.indices.map { index in
            Contestant(
                name: names[index], seconds: run.computeSeconds[index],
                memoryBytes: run.memoryByteCounts[index],
                similarities: isEmbedder ? Similarity.matrix(results.map { $0.outputs[index].vector }) : nil,
                counters: model.layers.compactMap { layer in
                    run.reports[index][layer.id].map { LayerCounters(layer: layer.id.name, report: $0) }
                })
        }
    }
}

extension EncoderOutput {
    /// The vector; empty for other outputs.
    fileprivate var vector: [Float] { if case .vector(let vector) = self { vector } else { [] } }
}

extension EncoderReport.Text {
    fileprivate init(_ result: EncoderResult, names: [String], model: TransformerModel) {
        text = result.input.text
        pair = result.input.pair
        tokens = result.encoded.tokens.count
        cutTokens = result.encoded.cutCount
        outputs = zip(names, result.outputs).map { EncoderReport.Output($0, $1, model: model) }
        differences = zip(names.dropFirst(), result.differences).map { name, difference in
            EncoderReport.Difference(
                name: name, klDivergence: difference.klDivergence, cosine: difference.cosine,
                agrees: difference.agrees)
        }
    }
}

extension EncoderReport.Output {
    fileprivate init(_ name: String, _ output: EncoderOutput, model: TransformerModel) {
        var (classes, masks, vector): ([EncoderReport.Class]?, [EncoderReport.Mask]?, [Float]?)
        switch output {
        case .classes(let distribution):
            let labels = model.description?.classLabels ?? []
            classes = distribution.top(distribution.logProbabilities.count).map { id, probability in
                EncoderReport.Class(
                    label: labels.indices.contains(id) ? labels[id] : "\(id)", probability: probability)
            }
        case .masks(let places):
            masks = places.map { place, words in
                EncoderReport.Mask(
                    place: place,
                    words: words.top(EncoderReport.wordCount).map { id, probability in
                        EncoderReport.Word(
                            id: id, text: model.tokenizer?.text(ofToken: id) ?? "\(id)",
                            probability: probability)
                    })
            }
        case .vector(let numbers): vector = numbers
        case .broken: break
        }
        self.init(name: name, classes: classes, masks: masks, vector: vector)
    }
}
