import NibbleEvaluation
import NibbleTerminal

/// The similarities of vectors with each other, as a grid of figures on a ground that is the stronger the more alike two are.
struct SimilarityMatrix {
    /// Whose similarities are shown.
    enum Part: Hashable, Sendable {
        case original
        case plan
        /// The original's above the diagonal and the plan's below it.
        case both
        /// The plan's less the original's.
        case change
    }

    let sides: ItemSides
    let part: Part
    /// The row under the cursor.
    let chosen: Int
    let theme: Theme

    /// Columns of the numbers at the left.
    static let labelWidth = 4
    /// Columns of a cell with two and with three decimals.
    static let shortCell = 5, longCell = 7
    /// Columns of a cell where there is room.
    private static let wideCells = [13, 11, 9]

    private var count: Int { sides.snapshot.results.count }

    /// The columns that all items take with cells of a width.
    static func columns(_ count: Int, cell: Int) -> Int { labelWidth + count * cell }

    /// Draws the rows and columns around the chosen one.
    func draw(in canvas: inout Canvas, rect: Rect, hasHeads: Bool = true) {
        let heads = hasHeads ? 1 : 0
        let room = rect.width - Self.labelWidth
        // Of all items, so that nothing moves while results come.
        let all = max(sides.snapshot.items.count, 1)
        let fitting = (Self.wideCells + [Self.longCell, Self.shortCell]).first { $0 * all <= room }
        let cell = fitting ?? (room >= 2 * all ? max(2, room / all) : Self.shortCell)
        let high = min(max((rect.height - heads) / all, 1), max(1, (cell - 1) / 2))
        let columns = window(max(1, room / cell))
        let rows = window(max(1, (rect.height - heads) / high))
        let scale = scale
        if hasHeads {
            for (index, column) in columns.enumerated() {
                canvas.draw(
                    "\(column + 1)", at: Point(rect.x + Self.labelWidth + index * cell, rect.y),
                    style: column == chosen ? theme.strong : theme.mutedStyle, width: cell - 1,
                    alignment: cell > Self.longCell ? .center : .trailing)
            }
        }
        for (index, row) in rows.enumerated() {
            let y = rect.y + heads + index * high
            drawLabel(row, in: &canvas, at: Point(rect.x, y + high / 2))
            for (place, column) in columns.enumerated() {
                let area = Rect(rect.x + Self.labelWidth + place * cell, y, cell, high)
                draw(row, column, scale, in: &canvas, rect: area.intersection(rect))
            }
            canvas.answer(
                in: Rect(rect.x, y, rect.width, high),
                click: { state, _ in state.workspace?.choose(item: row) })
        }
    }

    private func window(_ room: Int) -> Range<Int> {
        let visible = min(room, count)
        let start = min(max(0, chosen - visible / 2), count - visible)
        return start..<start + visible
    }

    private func drawLabel(_ row: Int, in canvas: inout Canvas, at point: Point) {
        let isChosen = row == chosen
        let hasChanged = part != .original && sides.hasChanged(row) == true
        canvas.draw(
            hasChanged ? "◆" : isChosen ? "▸" : " ", at: point,
            style: theme.style(hasChanged ? .orange : .yellow))
        canvas.draw(
            "\(row + 1)", at: Point(point.x + 1, point.y), style: isChosen ? theme.strong : theme.mutedStyle,
            width: 2, alignment: .trailing)
    }

    // MARK: Cells

    /// Whose similarity stands at a place.
    private func isOfPlan(_ row: Int, _ column: Int) -> Bool {
        part == .plan || part == .both && column < row
    }

    private func similarity(_ row: Int, _ column: Int, ofPlan isPlan: Bool) -> Double? {
        guard let place = isPlan ? sides.contestant : 0, row < sides.snapshot.similarities[place].count else {
            return nil
        }
        return sides.snapshot.similarities[place][row][column]
    }

    private func value(_ row: Int, _ column: Int) -> Double? {
        guard part == .change else { return similarity(row, column, ofPlan: isOfPlan(row, column)) }
        guard let before = similarity(row, column, ofPlan: false),
            let after = similarity(row, column, ofPlan: true)
        else { return nil }
        return after - before
    }

    /// The smallest and the largest similarity of two different items, on both sides together; of changes the largest alone.
    private var scale: (low: Double, high: Double) {
        var values: [Double] = []
        for row in 0..<count {
            for column in 0..<row {
                if part == .change {
                    if let value = value(row, column) { values.append(abs(value)) }
                } else {
                    values += [false, true].compactMap { similarity(row, column, ofPlan: $0) }
                }
            }
        }
        guard let low = values.min(), let high = values.max(), high > low else { return (0, 1) }
        return (part == .change ? 0 : low, high)
    }

    private func draw(
        _ row: Int, _ column: Int, _ scale: (low: Double, high: Double), in canvas: inout Canvas, rect: Rect
    ) {
        let isDiagonal = row == column
        guard let value = value(row, column) else {
            canvas.draw(
                "—", at: Point(rect.x, rect.y + rect.height / 2), style: theme.mutedStyle,
                width: max(0, rect.width - 1), alignment: .trailing)
            return
        }
        let ground = rect.inset(right: rect.width >= 4 ? 1 : 0)
        if !isDiagonal {
            let size = part == .change ? abs(value) : value
            let heat = min(max((size - scale.low) / (scale.high - scale.low), 0), 1)
            canvas.fill(
                ground, style: Style(background: self.ground(heat, isOfPlan: isOfPlan(row, column), value)))
        }
        guard rect.width >= 4 else { return }
        let isPlan = isOfPlan(row, column)
        let isNearest = part != .change && sides.nearest(row, ofPlan: isPlan) == column
        let differs = isNearest && isPlan && sides.hasChanged(row) == true
        var style = isDiagonal ? theme.mutedStyle : theme.plain
        if isNearest { style = theme.strong.underline }
        if differs { style = Style(foreground: theme.text).bold.underline }
        let rise = isPlan ? sides.rise(of: column, besides: row) ?? 0 : 0
        let hasMarks = rect.width >= Self.longCell
        if rise != 0, !hasMarks { style = style.italic }
        let mark = !hasMarks ? "" : differs ? "◆" : rise > 0 ? "▲" : rise < 0 ? "▼" : ""
        let text = mark + figure(value, width: rect.width - 1, isDiagonal)
        canvas.draw(
            text, at: Point(ground.x, ground.y + ground.height / 2), style: style, width: ground.width,
            alignment: rect.width > Self.longCell ? .center : .trailing)
    }

    /// `0.83`, or `.83` where it is narrow; one that is not quite the same stays below 1.
    private func figure(_ value: Double, width: Int, _ isDiagonal: Bool) -> String {
        if isDiagonal { return part == .change ? "·" : "1" }
        if part == .change {
            let text = Self.rounded(value, width >= 6 ? 3 : 2)
            return value > 0 ? "+" + Self.short(text, width - 1) : Self.short(text, width)
        }
        return Self.short(Self.rounded(value, width >= 6 ? 3 : 2), width)
    }

    /// The number with so many decimals; what rounds to nothing has no sign.
    private static func rounded(_ value: Double, _ places: Int) -> String {
        let text = FigureText.decimals(value, places)
        return text.contains { $0.isNumber && $0 != "0" } ? text : text.replacing("−", with: "")
    }

    private static func short(_ text: String, _ width: Int) -> String {
        guard text.columns > width else { return text }
        return text.replacing("0.", with: ".")
    }

    /// A ground on which text can be read: as much of the side's colour as leaves a contrast of 4.5:1.
    private func ground(_ heat: Double, isOfPlan: Bool, _ value: Double) -> Color {
        let color =
            part == .change ? (value < 0 ? theme.bad : theme.good) : isOfPlan ? theme.plan : theme.original
        var share = 0.62
        while share > 0, theme.text.contrast(to: theme.background.mixed(with: color, share)) < 4.5 {
            share -= 0.02
        }
        return theme.background.mixed(with: color, 0.06 + max(0, share - 0.06) * heat * heat)
    }
}

/// The similarities of original and plan: side by side where both fit, with their difference where that fits too, else in one
/// grid with the original's above the diagonal.
struct SimilarityView {
    let sides: ItemSides
    let chosen: Int
    let originalTitle: String
    let planTitle: String
    let theme: Theme

    /// Of all items, so that nothing moves while results come.
    private var count: Int { sides.snapshot.items.count }

    /// Draws the frame, the grids and what the marks mean.
    func draw(in canvas: inout Canvas, rect: Rect) {
        let facts = ItemFigures.wordings(sides.summary).map { [Span($0, theme.mutedStyle)] }
        Panel(
            title: "Similarity",
            context: [Span(rect.width < 70 ? "cosine" : "cosine of each with each", theme.mutedStyle)],
            facts: facts
        ).draw(in: &canvas, rect: rect, theme: theme)
        let content = Panel.content(of: rect)
        guard sides.snapshot.results.count > 1 else {
            let text =
                sides.snapshot.items.count > 1
                ? "The others are still read …"
                : "One alone has nothing to be like: give some more, each on a line of its own."
            canvas.draw(lines: text.wrapped(to: content.width), in: content, style: theme.mutedStyle)
            return
        }
        let hasFoot = content.height >= count + 3 || content.height >= 9
        let remark = sides.snapshot.remark?.wrapped(to: content.width) ?? []
        let hasRemark = !remark.isEmpty && content.height >= count + 4 + remark.count
        let parts = sides.contestant == nil ? [.original] : parts(content.width)
        let foot = (hasFoot ? 1 : 0) + (hasRemark ? remark.count + 1 : 0)
        let area = content.inset(bottom: foot)
        let gap = 3
        let width = parts.count == 1 ? area.width : (area.width - gap * (parts.count - 1)) / parts.count
        for (index, part) in parts.enumerated() {
            let own = Rect(area.x + index * (width + gap), area.y, width, area.height)
            drawTitle(part, in: &canvas, row: own.row(0))
            SimilarityMatrix(sides: sides, part: part, chosen: chosen, theme: theme)
                .draw(in: &canvas, rect: own.inset(top: 1))
        }
        if hasFoot {
            let hasMarks = width >= SimilarityMatrix.columns(count, cell: SimilarityMatrix.longCell)
            drawLegend(hasMarks, in: &canvas, row: content.row(content.height - 1))
        }
        guard hasRemark else { return }
        // What a person should know of how vectors are made.
        let rect = content.inset(top: content.height - 1 - remark.count, bottom: 1)
        canvas.draw(lines: remark, in: rect, style: theme.style(.orange))
    }

    /// As many grids as have room with figures.
    private func parts(_ width: Int) -> [SimilarityMatrix.Part] {
        let cell = SimilarityMatrix.shortCell
        func fits(_ grids: Int) -> Bool {
            (width - 3 * (grids - 1)) / grids >= SimilarityMatrix.columns(count, cell: cell)
        }
        return fits(3) ? [.original, .plan, .change] : fits(2) ? [.original, .plan] : [.both]
    }

    private func drawTitle(_ part: SimilarityMatrix.Part, in canvas: inout Canvas, row: Rect) {
        let original = Span("original \(originalTitle)", Style(foreground: theme.original).bold)
        let plan = Span("plan \(planTitle)", Style(foreground: theme.plan).bold)
        let spans: [Span] =
            switch part {
            case .original: [original]
            case .plan: [plan]
            case .both:
                [
                    original, Span(" above the diagonal, ", theme.mutedStyle), plan,
                    Span(" below", theme.mutedStyle),
                ]
            case .change: [Span("plan less original", theme.mutedStyle)]
            }
        let inset = SimilarityMatrix.labelWidth
        canvas.draw(spans, at: Point(row.x + inset, row.y), width: max(0, row.width - inset))
    }

    /// What the marks mean, as much as has room.
    private func drawLegend(_ hasMarks: Bool, in canvas: inout Canvas, row: Rect) {
        let nearest = [
            Span("underlined", theme.strong.underline), Span(" nearest of its row", theme.mutedStyle),
        ]
        let other = [
            Span("   ◆", theme.style(.orange).bold), Span(" another is nearest", theme.mutedStyle),
        ]
        let rank =
            [
                Span("   ", theme.plain),
                Span(hasMarks ? "▲▼" : "italic", hasMarks ? theme.strong : theme.plain.italic),
            ] + [Span(" another rank in its row", theme.mutedStyle)]
        let shortRank = Array(rank.prefix(2)) + [Span(" another rank", theme.mutedStyle)]
        let wordings = [nearest + other + rank, nearest + other + shortRank, other + shortRank, other]
        let fitting = wordings.first { $0.reduce(0) { $0 + $1.text.columns } <= row.width }
        canvas.draw(fitting ?? other, at: row.origin, width: row.width)
    }
}
