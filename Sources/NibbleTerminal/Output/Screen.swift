/// Something that shows cell buffers.
public protocol Screen: AnyObject {
    /// Columns and rows at present.
    var size: Size { get }
    /// Shows a buffer; only what differs from the last one is sent.
    func present(_ buffer: CellBuffer)
}

/// A screen without a terminal, for tests and for pictures: it keeps what it was given.
public final class HeadlessScreen: Screen {
    /// Columns and rows; may be changed to play a resize.
    public var size: Size
    /// What was presented last.
    public private(set) var shown: CellBuffer
    /// How many buffers were presented.
    public private(set) var frames = 0

    /// A screen of a size.
    public init(size: Size) {
        self.size = size
        shown = CellBuffer(size: size)
    }

    /// Keeps the buffer.
    public func present(_ buffer: CellBuffer) {
        shown = buffer
        frames += 1
    }
}
