import NibbleTerminal

/// What something on the screen does when the mouse points at it.
///
/// Views note it while they draw, with the rectangle that they draw in; so it can't be elsewhere than what is seen.
///
///     canvas.answer(in: row, click: { state, _ in state.workspace?.moveCursor(to: entry) })
struct MouseAnswer: Sendable {
    /// Answers a click of the left button at a cell.
    typealias Click = @Sendable (inout ApplicationState, Point) -> Void
    /// Answers the wheel: 1 downwards, −1 upwards.
    typealias Wheel = @Sendable (inout ApplicationState, Int) -> Void

    var click: Click?
    var wheel: Wheel?

    /// Does what a key does.
    static func key(_ press: KeyPress) -> MouseAnswer {
        MouseAnswer(click: { state, _ in state.press(press) })
    }

    /// What answers to a click, or to the wheel, at a cell of a frame.
    static func answers(at point: Point, in canvas: Canvas) -> [MouseAnswer] {
        canvas.targets(at: point).compactMap { $0 as? MouseAnswer }
    }
}

extension Canvas {
    /// Notes what a rectangle does when the mouse points at it.
    mutating func answer(
        in rect: Rect, click: MouseAnswer.Click? = nil, wheel: MouseAnswer.Wheel? = nil
    ) {
        place(MouseAnswer(click: click, wheel: wheel), in: rect)
    }
}

extension Footer.Hint {
    /// A hint that a click takes as its key.
    ///
    /// - Parameter name: the key's name, where it is shown in another way.
    static func key(_ shown: String, _ action: String, named name: String? = nil) -> Footer.Hint {
        let press = KeyPress(parsing: name ?? shown)
        return Footer.Hint(shown, action, target: press.map(MouseAnswer.key))
    }
}
