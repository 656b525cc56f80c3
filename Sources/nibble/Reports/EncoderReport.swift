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

    /// A text or an image with what came of it.
    struct Input: Encodable {
        var text: String?
        var pair: String?
        var tokens: Int?
        var cutTokens: Int?
        var image: String?
        var width: Int?
        var height: Int?
        let outputs: [Output]
        let differences: [Difference]
    }

    struct Contestant: Encodable {
        let name: String
        let seconds: Double
        let memoryBytes: Int
        /// The similarity of each input with each; of vectors only.
        let similarities: [[Double?]]?
        let counters: [LayerCounters]
    }

    let schema = "nibble.encode/1"
    let model: String
    let kind: String
    let pooling: String?
    let plan: RunReport.PlanInformation?
    let texts: [Input]?
    let images: [Input]?
    let contestants: [Contestant]

    /// Words that are told of each mask.
    static let wordCount = 8

    /// The texts or the images.
    var inputs: [Input] { images ?? texts ?? [] }

    init(_ inputs: [Input], run: EncoderRun, model: TransformerModel, plan: ResolvedPlan?) {
        let names = Self.names(plan)
        let isImages = model.description?.input is PatchInput
        self.model = model.name
        kind = model.description?.kind.title ?? ""
        let isEmbedder = [.textEmbedder, .imageEmbedder].contains(model.description?.kind)
        pooling =
            isEmbedder ? run.pooling.map { $0.mode.rawValue + ($0.isNormalized ? ", normalized" : "") } : nil
        self.plan = plan.flatMap(RunReport.PlanInformation.init)
        (texts, images) = isImages ? (nil, inputs) : (inputs, nil)
        contestants = names.indices.map { index in
            Contestant(
                name: names[index], seconds: run.computeSeconds[index],
                memoryBytes: run.memoryByteCounts[index],
                similarities: isEmbedder
                    ? Similarity.matrix(inputs.map { $0.outputs[index].vector ?? [] }) : nil,
                counters: model.layers.compactMap { layer in
                    run.reports[index][layer.id].map { LayerCounters(layer: layer.id.name, report: $0) }
                })
        }
    }

    /// The contestants' names, the original first.
    fileprivate static func names(_ plan: ResolvedPlan?) -> [String] {
        ["original"] + (plan.map { [$0.plan.name] } ?? [])
    }
}

extension EncoderReport.Input {
    /// What came of a text or an image, without its pixels.
    init(_ result: EncoderResult, model: TransformerModel, plan: ResolvedPlan?) {
        let names = EncoderReport.names(plan)
        outputs = zip(names, result.outputs).map { EncoderReport.Output($0, $1, model: model) }
        differences = zip(names.dropFirst(), result.differences).map { name, difference in
            EncoderReport.Difference(
                name: name, klDivergence: difference.klDivergence, cosine: difference.cosine,
                agrees: difference.agrees)
        }
        switch result.input {
        case .text(let input):
            (text, pair) = (input.text, input.pair)
            (tokens, cutTokens) = (result.encoded?.tokens.count, result.encoded?.cutCount)
        case .image(let input):
            (image, width, height) = (input.name, input.image.width, input.image.height)
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
