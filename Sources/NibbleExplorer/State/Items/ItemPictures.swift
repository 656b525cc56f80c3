import NibbleEvaluation
import NibbleImages
import NibbleTerminal
import NibbleTransformers

/// An image as it is shown: small enough to be drawn at every key.
struct ItemPictures: Sendable {
    /// The file's image.
    let whole: PixelPicture
    /// Its pixels in the file.
    let size: ImageSize
    /// What the model reads of it, before its bytes become other numbers; nil where it cannot be prepared.
    let read: PixelPicture?
    /// Its pixels as the model reads it.
    let readSize: ImageSize?

    /// Pixels along an edge, at most: more than a terminal of 300 columns shows of it.
    private static let longestEdge = 192

    /// The pictures of an input; nil for texts.
    init?(_ input: EncoderInput, of model: TransformerModel) {
        guard case .image(let input) = input else { return nil }
        size = ImageSize(height: input.image.height, width: input.image.width)
        whole = Self.small(input.image)
        let framed = model.imagePreparation.flatMap { try? $0.framed(input.image) }
        read = framed.map(Self.small)
        readSize = framed.map { ImageSize(height: $0.height, width: $0.width) }
    }

    private static func small(_ image: Image) -> PixelPicture {
        let longest = max(image.width, image.height)
        guard longest > longestEdge else {
            return PixelPicture(width: image.width, height: image.height, pixels: image.pixels)
        }
        func scaled(_ length: Int) -> Int { max(1, length * longestEdge / longest) }
        let small = image.resized(width: scaled(image.width), height: scaled(image.height), filter: .box)
        return PixelPicture(width: small.width, height: small.height, pixels: small.pixels)
    }
}
