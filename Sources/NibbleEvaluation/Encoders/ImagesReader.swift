import NibbleImages
import NibbleKernels
import NibbleTransformers

/// Images for vision models: pixels in, classes or a vector out.
final class ImagesReader: InputReader {
    private let preparation: ImagePreparation
    private let isClassifier: Bool
    private let images: [ImageSession]

    init(
        model: TransformerModel, contestants: [Contestant], pool: WorkPool, observer: (any LayerObserver)?
    ) throws {
        guard let preparation = model.imagePreparation else {
            throw EvaluationError.notRunnable(model.imageProblem ?? "The model reads no images.")
        }
        self.preparation = preparation
        isClassifier = model.description?.kind == .imageClassifier
        images = try contestants.map {
            try ImageSession(model: model, weights: $0.weights, pool: pool, observer: observer)
        }
    }

    var sessions: [any Session] { images }
    var pooling: SentencePooling? { nil }
    var remark: String? { nil }
    var textLimit: Int? { nil }

    func prepare(_ input: EncoderInput) throws -> PreparedInput {
        guard case .image(let image) = input else {
            throw EvaluationError.notRunnable("The model looks at images: it reads no texts.")
        }
        return .image(try preparation.framed(image.image))
    }

    func output(
        of input: PreparedInput, contestant: Int, cancellation: Cancellation
    ) throws -> EncoderOutput {
        guard case .image(let framed) = input else { return .broken }
        let numbers = preparation.numbers(of: framed)
        let head = try images[contestant].run(numbers, cancellation: cancellation).head
        return isClassifier ? .classes(logits: head) : .vector(finite: head)
    }
}
