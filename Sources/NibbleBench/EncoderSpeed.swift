import NibbleCommandLine
import NibbleImages
import NibbleKernels
import NibbleTransformers

/// An encoder that is ready to run some texts or images of known content.
struct EncoderSpeed {
    private enum Runner {
        case texts(EncoderSession, [[Int]])
        case images(ImageSession, [PreparedImage])
    }

    private let runner: Runner

    init(
        _ encoder: BenchEncoder, _ model: TransformerModel, _ weights: WeightSet, batch: Int, pool: WorkPool
    ) throws {
        switch encoder {
        case .miniLM:
            let count = encoder.positionCount
            let texts = (0..<batch).map { text in
                (0..<count).map { ((text * count + $0) * 7919 + 13) % model.vocabularySize }
            }
            runner = .texts(try EncoderSession(model: model, weights: weights, pool: pool), texts)
        case .viTSmall:
            let session = try ImageSession(model: model, weights: weights, pool: pool)
            let count = 3 * 224 * 224
            let images = (0..<batch).map { image in
                PreparedImage(
                    numbers: (0..<count).map { Float(((image * count + $0) * 7919 + 13) % 255) / 127.5 - 1 },
                    size: ImageSize(height: 224, width: 224))
            }
            runner = .images(session, images)
        }
    }

    /// Runs all texts or images; the last states of the first.
    func forward() throws -> [Float] {
        switch runner {
        case .texts(let session, let texts):
            try session.run(texts: texts, cancellation: Interruption.cancellation)[0].states
        case .images(let session, let images):
            try session.run(images: images, cancellation: Interruption.cancellation)[0].states
        }
    }
}
