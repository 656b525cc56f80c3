extension String {
    /// The columns the text takes on a canvas, stand-ins included.
    public var columns: Int {
        utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
            ? utf8.count : Glyph.glyphs(of: self).reduce(0) { $0 + $1.width }
    }

    /// The text padded with blanks to `width` columns, or cut there with `…`.
    public func fitted(to width: Int, _ alignment: Alignment = .leading) -> String {
        let text = shortened(to: width)
        let missing = Swift.max(0, width - text.columns)
        let left = alignment == .leading ? 0 : alignment == .trailing ? missing : missing / 2
        return String(repeating: " ", count: left) + text + String(repeating: " ", count: missing - left)
    }

    /// The text, or its beginning with `…` when it takes more than `width` columns.
    public func shortened(to width: Int) -> String {
        guard columns > width else { return self }
        guard width > 0 else { return "" }
        var result = ""
        var left = width - 1
        for glyph in Glyph.glyphs(of: self) {
            guard glyph.width <= left else { break }
            result += glyph.text
            left -= glyph.width
        }
        return result + "…"
    }

    /// The text, or its beginning and its end with `…` between them when it takes more than `width` columns.
    ///
    /// The end is the longer part: names that are listed together mostly begin alike.
    public func cutInMiddle(to width: Int) -> String {
        guard columns > width else { return self }
        guard width > 1 else { return shortened(to: width) }
        let glyphs = Glyph.glyphs(of: self)
        let start = Self.fitting(glyphs, (width - 1) / 3)
        let end = Self.fitting(glyphs.reversed(), width - 1 - start.reduce(0) { $0 + $1.width })
        return start.map(\.text).joined() + "…" + end.reversed().map(\.text).joined()
    }

    /// As many of the first glyphs as fit.
    private static func fitting(_ glyphs: [Glyph], _ width: Int) -> [Glyph] {
        var left = width
        return Array(
            glyphs.prefix { glyph in
                left -= glyph.width
                return left >= 0
            })
    }

    /// The text broken into lines of at most `width` columns.
    ///
    /// Lines break at newlines, between words, and inside a word that is too long for a line. There is always at
    /// least one.
    public func wrapped(to width: Int) -> [String] {
        split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
            Self.wrap(Glyph.glyphs(of: String(line)), Swift.max(1, width))
        }
    }

    private static func wrap(_ glyphs: [Glyph], _ width: Int) -> [String] {
        var lines: [String] = []
        var start = 0
        while start < glyphs.count {
            var end = start
            var columns = 0
            var lastBlank: Int?
            while end < glyphs.count, columns + glyphs[end].width <= width {
                if glyphs[end] == .space { lastBlank = end }
                columns += glyphs[end].width
                end += 1
            }
            var next = Swift.max(end, start + 1)
            if end < glyphs.count, glyphs[end] == .space {
                next = end + 1
            } else if end < glyphs.count, let lastBlank, lastBlank > start {
                end = lastBlank
                next = lastBlank + 1
            }
            lines.append(glyphs[start..<end].map(\.text).joined())
            start = next
        }
        return lines.isEmpty ? [""] : lines
    }
}
