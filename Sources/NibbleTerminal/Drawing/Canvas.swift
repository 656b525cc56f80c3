/// Where text stands within the columns it is given.
public enum Alignment: Hashable, Sendable {
    /// At the left end.
    case leading
    /// In the middle.
    case center
    /// At the right end.
    case trailing
}

/// A run of text in one style.
public struct Span: Hashable, Sendable {
    /// The text; it may come from a file, the canvas makes it harmless.
    public var text: String
    /// Colours and attributes.
    public var style: Style

    /// Text in a style.
    public init(_ text: String, _ style: Style) {
        self.text = text
        self.style = style
    }
}

/// A buffer being drawn, with the rectangle that drawing may change.
///
/// Text from anywhere may be drawn: characters that steer a terminal or can't be seen become visible stand-ins
/// (see `Glyph`), and nothing is ever written outside `clip`.
public struct Canvas: Sendable {
    /// What has been drawn.
    public private(set) var buffer: CellBuffer
    /// Cells outside are never changed.
    public private(set) var clip: Rect
    /// What lies where for the mouse, the topmost last.
    private var targets: [(rect: Rect, target: any Sendable)] = []

    /// An empty canvas, all of it open to drawing.
    public init(size: Size, style: Style = Style()) {
        buffer = CellBuffer(size: size, style: style)
        clip = Rect(size)
    }

    /// Draws with a smaller clip: the cells of the present one that also lie in `rect`.
    public mutating func clipped<Result>(to rect: Rect, _ body: (inout Canvas) -> Result) -> Result {
        let saved = clip
        clip = clip.intersection(rect)
        defer { clip = saved }
        return body(&self)
    }

    /// Draws one line of text.
    ///
    /// - Parameters:
    ///   - width: Columns the text may take; longer text ends in `…`. Without it text is cut at the clip.
    ///   - alignment: Where the text stands in `width` columns.
    /// - Returns: The columns the text took.
    @discardableResult
    public mutating func draw(
        _ text: String, at point: Point, style: Style = Style(), width: Int? = nil,
        alignment: Alignment = .leading
    ) -> Int {
        draw([Span(text, style)], at: point, width: width, alignment: alignment)
    }

    /// Draws one line made of runs in different styles; see `draw(_:at:style:width:alignment:)`.
    @discardableResult
    public mutating func draw(
        _ spans: [Span], at point: Point, width: Int? = nil, alignment: Alignment = .leading
    ) -> Int {
        guard point.y >= clip.y, point.y < clip.bottom else { return 0 }
        var glyphs: [(glyph: Glyph, style: Style)] = []
        for span in spans { for glyph in Glyph.glyphs(of: span.text) { glyphs.append((glyph, span.style)) } }
        var total = glyphs.reduce(0) { $0 + $1.glyph.width }
        var x = point.x
        if let width {
            if total > width { total = Self.shorten(&glyphs, to: width) }
            x += alignment == .trailing ? width - total : alignment == .center ? (width - total) / 2 : 0
        }
        for (glyph, style) in glyphs {
            if x >= clip.right { break }
            put(glyph, Point(x, point.y), style)
            x += glyph.width
        }
        return total
    }

    private static func shorten(_ glyphs: inout [(glyph: Glyph, style: Style)], to width: Int) -> Int {
        guard width > 0 else {
            glyphs.removeAll()
            return 0
        }
        var columns = 0
        var count = 0
        while count < glyphs.count, columns + glyphs[count].glyph.width <= width - 1 {
            columns += glyphs[count].glyph.width
            count += 1
        }
        let style = glyphs[min(count, glyphs.count - 1)].style
        glyphs.removeSubrange(count...)
        glyphs.append((.ellipsis, style))
        return columns + 1
    }

    /// Draws in rows below each other, one per element, as far as `rect` reaches.
    public mutating func draw(lines: [String], in rect: Rect, style: Style = Style()) {
        clipped(to: rect) { canvas in
            for (index, line) in lines.prefix(rect.height).enumerated() {
                canvas.draw(line, at: Point(rect.x, rect.y + index), style: style, width: rect.width)
            }
        }
    }

    /// Puts one glyph; a wide one that the clip cuts becomes a space.
    mutating func put(_ glyph: Glyph, _ point: Point, _ style: Style) {
        guard glyph.width == 2 else {
            putCell(glyph.text, 1, point, style)
            return
        }
        if clip.contains(point), clip.contains(Point(point.x + 1, point.y)) {
            putCell(glyph.text, 2, point, style)
        } else {
            putCell(" ", 1, point, style)
            putCell(" ", 1, Point(point.x + 1, point.y), style)
        }
    }

    private mutating func putCell(_ text: String, _ width: Int8, _ point: Point, _ style: Style) {
        guard clip.contains(point) else { return }
        let below = buffer[point.x, point.y].style
        buffer.put(Cell(text: text, width: width, style: style.over(below)), point.x, point.y)
    }
}

extension Canvas {
    /// The cell at a place as drawn so far.
    public subscript(_ point: Point) -> Cell { buffer[point.x, point.y] }

    /// Fills a rectangle with one character of width 1; the default erases it.
    public mutating func fill(_ rect: Rect, style: Style, with character: Character = " ") {
        let area = rect.intersection(clip)
        let glyph = Glyph.glyphs(of: String(character)).first { $0.width == 1 } ?? .space
        for y in area.y..<area.bottom { for x in area.x..<area.right { put(glyph, Point(x, y), style) } }
    }

    /// Changes the styles of a rectangle, leaving its characters.
    public mutating func restyle(_ rect: Rect, _ change: (inout Style) -> Void) {
        let area = rect.intersection(clip)
        for y in area.y..<area.bottom { for x in area.x..<area.right { buffer.restyle(x, y, change) } }
    }

    /// Gives a rectangle another background that says something (a chosen row), leaving characters and their colours.
    public mutating func highlight(_ rect: Rect, _ color: Color) {
        restyle(rect) { style in
            style.background = color
            style.attributes.insert(.highlight)
        }
    }

    /// Mixes `fraction` of a colour into the backgrounds of a rectangle (for forbidden regions).
    public mutating func tint(_ rect: Rect, with color: Color, _ fraction: Double) {
        restyle(rect) { $0.background = $0.background?.mixed(with: color, fraction) ?? color }
    }

    /// A horizontal line of one character of width 1.
    public mutating func horizontalLine(
        from point: Point, length: Int, style: Style, character: Character = "─"
    ) {
        fill(Rect(point.x, point.y, length, 1), style: style, with: character)
    }

    /// A vertical line of one character of width 1.
    public mutating func verticalLine(
        from point: Point, length: Int, style: Style, character: Character = "│"
    ) {
        fill(Rect(point.x, point.y, 1, length), style: style, with: character)
    }

    /// Notes that what is drawn in a rectangle answers to the mouse, as far as it lies inside the clip.
    ///
    /// - Parameter target: what answers; the program that reads ``targets(at:)`` knows its type.
    public mutating func place(_ target: any Sendable, in rect: Rect) {
        let area = rect.intersection(clip)
        if !area.isEmpty { targets.append((area, target)) }
    }

    /// What answers to the mouse at a cell, the topmost first.
    public func targets(at point: Point) -> [any Sendable] {
        targets.reversed().filter { $0.rect.contains(point) }.map(\.target)
    }

    /// Lets nothing that has been drawn so far answer to the mouse: something lies above all of it.
    public mutating func coverTargets() { targets = [] }

    /// Shows the terminal's cursor, when the place lies inside the clip.
    public mutating func showCursor(at point: Point) {
        guard clip.contains(point) else { return }
        buffer.cursor = point
        buffer.focus = point
    }

    /// Puts the terminal's cursor on what is chosen without showing it: screen readers and magnifiers follow it.
    public mutating func placeCursor(at point: Point) {
        if clip.contains(point) { buffer.focus = point }
    }
}
