import NibbleEvaluation
import NibbleImages
import NibbleTerminal

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
    ///
    /// - Parameter prepared: What the model reads of it; nil where it cannot be prepared.
    init?(_ input: EncoderInput, read prepared: PreparedInput?) {
        guard case .image(let input) = input else { return nil }
        size = ImageSize(height: input.image.height, width: input.image.width)
        whole = Self.small(input.image)
        guard case .image(let framed) = prepared else {
            (read, readSize) = (nil, nil)
            return
        }
        read = Self.small(framed)
        readSize = ImageSize(height: framed.height, width: framed.width)
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
