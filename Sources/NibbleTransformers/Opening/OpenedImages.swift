import NibbleCheckpoints
import NibbleImages

/// How images are prepared for a checkpoint, or why none can be.
struct OpenedImages {
    let preparation: ImagePreparation?
    let problem: String?
    let remarks: [String]

    /// - Parameter folder: Where the files beside the weights lie.
    init(_ checkpoint: Checkpoint, _ description: TransformerDescription?, folder: String) {
        guard let input = description?.input as? PatchInput else {
            (preparation, problem, remarks) = (nil, nil, [])
            return
        }
        do throws(ImageError) {
            let read = try ImagePreparation.read(
                folder: folder, modelType: checkpoint.configuration?.modelType ?? "")
            let preparation = read?.preparation ?? .usual(input.imageSize)
            self.preparation = preparation
            // An image of its own size may fit; each is looked at when it comes.
            problem = input.problem(with: preparation.size ?? input.imageSize)
            remarks = read?.remarks ?? [Self.missing]
        } catch {
            (preparation, problem, remarks) = (nil, "\(error)", ["\(error)"])
        }
    }

    private static let missing =
        "The model has no preprocessor_config.json: images are made as large as it reads them, and their numbers go from −1 "
        + "to 1, which may not be how it was trained."
}
