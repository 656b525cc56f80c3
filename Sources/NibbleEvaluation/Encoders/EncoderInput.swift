import NibbleImages

/// What an encoder is given: a text or an image.
public enum EncoderInput: Hashable, Sendable {
    /// A text, or two that are read together.
    case text(TextInput)
    /// An image.
    case image(ImageInput)
}

/// An image that a vision model looks at.
public struct ImageInput: Hashable, Sendable {
    /// What it is called: the file's path.
    public var name: String
    /// Its pixels, upright and in their own size.
    public var image: Image

    /// An image with its name.
    public init(_ name: String, image: Image) {
        self.name = name
        self.image = image
    }

    /// Reads a PNG or JPEG file.
    ///
    /// - Throws: `ImageError`, whose sentence begins with the file.
    public static func read(_ path: String) throws(ImageError) -> ImageInput {
        ImageInput(path, image: try ImageFile.read(path))
    }
}
