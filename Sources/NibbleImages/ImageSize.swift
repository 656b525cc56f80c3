/// Pixels from top to bottom and from left to right.
public struct ImageSize: Hashable, Sendable {
    /// Rows.
    public var height: Int
    /// Pixels in a row.
    public var width: Int

    /// A size.
    public init(height: Int, width: Int) {
        self.height = height
        self.width = width
    }

    /// A square.
    public init(_ edge: Int) { self.init(height: edge, width: edge) }

    /// Pixels along an edge, at most.
    public static let longestEdge = 32_768
    /// Pixels in all, at most: 2²⁶.
    public static let mostPixels = 67_108_864

    /// Whether an image of this size is read.
    var isReadable: Bool {
        (1...Self.longestEdge).contains(height) && (1...Self.longestEdge).contains(width)
            && height * width <= Self.mostPixels
    }

    /// `640 × 480`, width first, as sizes of pictures are told.
    public var text: String { "\(width) × \(height)" }
}
