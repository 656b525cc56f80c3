/// How many weights share one scale (and zero point).
public enum Granularity: Hashable, Sendable {
    /// One scale for the whole matrix.
    case tensor
    /// One scale for each output channel, that is, each row.
    case channel
    /// One scale for each run of `size` weights along a row; the last group of a row may be shorter.
    case group(Int)
    /// The format fixes its own blocks (GGUF block formats) or has no scale (floating point).
    case fixed

    /// The group sizes offered for integer formats, in weights.
    public static let groupSizes = [16, 32, 64, 128, 256]
}
