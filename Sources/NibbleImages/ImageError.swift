/// Why an image cannot be read or prepared, as a sentence for the user.
public enum ImageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no such file, or it cannot be read.
    case file(String)
    /// The bytes are no image of a kind that nibble reads.
    case kind(String)
    /// The image has no pixel, or more than are read.
    case size(String)
    /// The file ends before the image does.
    case cutShort(String)
    /// The bytes contradict themselves.
    case damaged(String)
    /// `preprocessor_config.json` asks for something impossible or unknown.
    case preparation(String)

    /// The sentence.
    public var description: String {
        switch self {
        case .file(let sentence), .kind(let sentence), .size(let sentence), .cutShort(let sentence),
            .damaged(let sentence), .preparation(let sentence):
            sentence
        }
    }
}
