import Foundation
import NibbleEvaluation

/// One of the inputs that an encoder's original and plans are compared on.
enum ComparedItem: Hashable, Sendable {
    /// A text, or two that are read together.
    case text(TextInput)
    /// The file of an image.
    case image(URL)

    /// What names it in a list: the text, or the file.
    var title: String {
        switch self {
        case .text(let input): input.text + (input.pair.map { " \(Self.pairSign) \($0)" } ?? "")
        case .image(let file): file.lastPathComponent
        }
    }

    /// What stands between the two texts of a pair, typed and shown.
    static let pairSign = "||"
}

/// What original and plans made of one item.
struct ItemResult: Sendable {
    /// Tokens that were cut off because the model reads no more.
    var cutCount = 0
    /// The original's output, then the plans'.
    var outputs: [ItemOutput] = []
    /// How each plan's output differs from the original's.
    var differences: [OutputDifference] = []
    /// Why nothing came of it, as a sentence.
    var problem: String?
}

/// What one of them made of one item.
struct ItemOutput: Sendable {
    /// What was predicted: once for classes, once for each mask, never for vectors.
    var records: [TokenRecord] = []
    /// Whether a number is NaN or infinite, so that nothing can be said.
    var isBroken = false
}
