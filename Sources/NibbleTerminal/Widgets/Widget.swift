/// Something that can draw itself: a value that holds what it shows and nothing else.
public protocol Widget: Sendable {
    /// Draws into `rect`, and nowhere else.
    func draw(in canvas: inout Canvas, rect: Rect, theme: Theme)
}
