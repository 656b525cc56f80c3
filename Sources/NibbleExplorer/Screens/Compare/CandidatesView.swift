import NibbleEvaluation
import NibbleQuantization
import NibbleTerminal

/// The likeliest tokens, words or classes, the original's bars to the left and the plan's to the right.
struct CandidatesView {
    let title: String
    /// What they are candidates for.
    let context: String
    /// What they are called: the head of their column.
    let noun: String
    /// What the original predicts; nil before it is known.
    let original: TokenRecord?
    /// What the plan predicts.
    let plan: TokenRecord?
    let originalTitle: String
    let planTitle: String
    let theme: Theme
    /// Columns for the texts, of a frame's content.
    var labelWidth = 14
    /// Whether figures are the models' own numbers instead of probabilities.
    var showsLogits = false
    /// Whether rows may stand apart.
    var isAiry = false
    /// Why the plan predicts nothing.
    var problem: String?

    /// Draws the frame, the rows that fit and the line of sums.
    func draw(in canvas: inout Canvas, rect: Rect) {
        Panel(
            title: title, context: [Span(context, theme.mutedStyle)],
            facts: facts
        ).draw(in: &canvas, rect: rect, theme: theme)
        draw(in: &canvas, content: Panel.content(of: rect), interior: Panel.interior(of: rect))
    }

    /// The divergence, and whether the plan chooses otherwise.
    private var facts: [[Span]] {
        guard let plan else { return [] }
        let kl = plan.klDivergence.map { "KL " + FigureText.nats($0) } ?? ""
        let divergence = [Span(kl, theme.mutedStyle)]
        guard !plan.agrees else { return [divergence] }
        let change = [Span("◆ another \(noun)", theme.style(.orange).bold), Span("   ", theme.plain)]
        return [change + divergence, divergence]
    }

    /// Draws the rows that fit and the line of sums.
    func draw(in canvas: inout Canvas, content: Rect, interior: Rect) {
        guard let original else { return }
        let hasHeads = content.height >= 6
        let hasFoot = content.height >= 7
        let columns = CandidateColumns(content: content, wantedTokenWidth: labelWidth)
        if hasHeads { drawHeads(columns, in: &canvas, y: content.y) }
        let room = content.height - (hasHeads ? 1 : 0) - (hasFoot ? 1 : 0)
        let rows = Candidates(original: original, plan: plan).shown(room)
        let drawing = CandidateRowView(
            columns: columns, peak: peak(rows), showsLogits: showsLogits, theme: theme)
        // Few rows stand apart where there is room.
        let step = isAiry && rows.count > 0 && room >= 2 * rows.count ? 2 : 1
        for (index, row) in rows.enumerated() {
            let line = content.row(index * step + (hasHeads ? step : 0))
            drawing.draw(row, in: &canvas, y: line.y, interior: interior)
        }
        if let problem {
            let rect = Rect(
                columns.rightPercent, content.y + (hasHeads ? 1 : 0), content.right - columns.rightPercent,
                room)
            canvas.draw(lines: problem.wrapped(to: rect.width), in: rect, style: theme.style(.red))
        }
        guard hasFoot else { return }
        drawFoot(original, plan, count: room, in: &canvas, line: content.row(content.height - 1))
    }

    private func peak(_ rows: [Candidates.Row]) -> Double {
        rows.flatMap { [$0.original?.probability, $0.plan?.probability].compactMap { $0 } }.max() ?? 1
    }

    private func drawHeads(_ columns: CandidateColumns, in canvas: inout Canvas, y: Int) {
        let figure = showsLogits ? "logit" : "p"
        let names = names(columns.barWidth)
        let heads: [(text: String, x: Int, width: Int, style: Style, alignment: Alignment)] = [
            ("#", columns.leftRank, columns.hasChange ? 2 : 0, theme.mutedStyle, .trailing),
            (
                names.original, columns.leftBar, columns.barWidth,
                Style(foreground: theme.original).bold, .trailing
            ),
            (figure, columns.leftPercent, 6, theme.mutedStyle, .trailing),
            (noun, columns.token, columns.tokenWidth, theme.mutedStyle, .center),
            (figure, columns.rightPercent, 6, theme.mutedStyle, .trailing),
            (
                names.plan, columns.rightBar, columns.barWidth,
                Style(foreground: theme.plan).bold, .leading
            ),
            ("#", columns.rightRank, columns.hasRank ? 2 : 0, theme.mutedStyle, .trailing),
            ("change", columns.change, columns.hasRank ? 6 : 0, theme.mutedStyle, .leading),
        ]
        for head in heads where head.width > 0 {
            canvas.draw(
                head.text, at: Point(head.x, y), style: head.style, width: head.width,
                alignment: head.alignment)
        }
    }

    /// The names above the bars, alike on both sides: the side and its format, or the one of them that fits.
    private func names(_ width: Int) -> (original: String, plan: String) {
        let wordings = [
            ("original \(originalTitle)", "plan \(planTitle)"), ("original", "plan"),
            (originalTitle, planTitle),
        ]
        return wordings.first { max($0.0.columns, $0.1.columns) <= width } ?? ("original", "plan")
    }

    /// What the rows leave to all other tokens, the entropies, and how many candidates both sides share.
    private func drawFoot(
        _ original: TokenRecord, _ plan: TokenRecord?, count: Int, in canvas: inout Canvas, line: Rect
    ) {
        var facts: [[Span]] = []
        func add(_ label: String, _ before: String, _ after: String?, _ unit: String) {
            var fact = [Span(label + " ", theme.mutedStyle), Span(before, theme.plain)]
            if let after { fact += [Span(" → ", theme.mutedStyle), Span(after, theme.strong)] }
            facts.append(fact + [Span(unit, theme.mutedStyle)])
        }
        // Where all are known there are no others, and all are shared.
        let isComplete = original.top.count <= count && original.others(besides: count) < 1e-9
        if !isComplete {
            add(
                "others", FigureText.percent(original.others(besides: count)),
                plan.map { FigureText.percent($0.others(besides: count)) }, "")
        }
        add(
            "entropy", FigureText.decimals(original.entropy, 2),
            plan.map { FigureText.decimals($0.entropy, 2) }, " nats")
        if let rank = plan?.referenceRank {
            facts.append([
                Span("original's choice ranks ", theme.mutedStyle),
                Span("\(rank)", rank == 1 ? theme.style(.green) : theme.style(.red).bold),
            ])
        }
        if let plan, !isComplete {
            let top = original.top.prefix(count)
            let shared = Set(top.map(\.id)).intersection(plan.top.prefix(count).map(\.id)).count
            add("shared", "\(shared) of \(top.count)", nil, "")
        }
        let separator = [Span("   ", theme.plain)]
        var spans: [Span] = []
        for fact in facts {
            let longer = spans.isEmpty ? fact : spans + separator + fact
            if longer.reduce(0, { $0 + $1.text.columns }) <= line.width { spans = longer }
        }
        canvas.draw(spans, at: line.origin, width: line.width)
    }
}

/// Where the columns of the candidates stand.
struct CandidateColumns {
    let content: Rect

    /// Columns for the texts between the bars, where there is room.
    var wantedTokenWidth = 14
    /// Columns for the texts: where it is narrow the bars keep their least width.
    var tokenWidth: Int {
        max(6, min(wantedTokenWidth, content.width - leftColumns - 7 - 8 - rightColumns - 2 * Self.leastBar))
    }
    private static let leastBar = 4
    /// Whether the plan's ranks have a column of their own.
    var hasRank: Bool { content.width >= 84 }
    /// Whether the original's ranks and the changes have columns.
    var hasChange: Bool { content.width >= 36 }
    private var leftColumns: Int { hasChange ? 4 : 0 }
    private var rightColumns: Int { hasRank ? 11 : hasChange ? 4 : 0 }
    var barWidth: Int {
        max(Self.leastBar, (content.width - leftColumns - 7 - tokenWidth - 8 - rightColumns) / 2)
    }
    var leftRank: Int { content.x }
    var leftBar: Int { content.x + leftColumns }
    var leftPercent: Int { leftBar + barWidth + 1 }
    var token: Int { leftPercent + 7 }
    var rightPercent: Int { token + tokenWidth }
    var rightBar: Int { rightPercent + 7 }
    var rightRank: Int { rightBar + barWidth + 1 }
    var change: Int { hasRank ? rightRank + 4 : rightRank }
}

/// Draws one candidate.
struct CandidateRowView {
    let columns: CandidateColumns
    /// The probability that fills a bar.
    let peak: Double
    var showsLogits = false
    let theme: Theme

    /// Draws both bars with the token between them; the first choice of a side has a ground of its own.
    func draw(_ row: Candidates.Row, in canvas: inout Canvas, y: Int, interior: Rect) {
        let strength = row.isFirst ? 0.0 : 0.35
        if row.isFirst { canvas.highlight(Rect(interior.x, y, interior.width, 1), theme.bar) }
        if let original = row.original {
            if columns.hasChange {
                drawRank(original.rank, columns.leftRank, row.isFirst, in: &canvas, y: y)
            }
            drawBar(
                original.probability, theme.original, strength, .leftwards, columns.leftBar, in: &canvas, y: y
            )
            drawFigure(original, columns.leftPercent, row.isFirst, in: &canvas, y: y)
        }
        canvas.draw(
            TokenLabel.visible(row.text).cutInMiddle(to: columns.tokenWidth), at: Point(columns.token, y),
            style: row.isFirst ? theme.strong : theme.softStyle, width: columns.tokenWidth, alignment: .center
        )
        guard let plan = row.plan else { return }
        drawFigure(plan, columns.rightPercent, row.isFirst, in: &canvas, y: y)
        drawBar(plan.probability, theme.plan, strength, .rightwards, columns.rightBar, in: &canvas, y: y)
        if columns.hasRank { drawRank(plan.rank, columns.rightRank, row.isFirst, in: &canvas, y: y) }
        guard columns.hasChange else { return }
        drawChange(from: row.original?.rank, to: plan.rank, row.isFirst, in: &canvas, y: y)
    }

    private func muted(_ isFirst: Bool) -> Style { isFirst ? theme.mutedOnBarStyle : theme.mutedStyle }

    private func drawRank(_ rank: Int, _ x: Int, _ isFirst: Bool, in canvas: inout Canvas, y: Int) {
        canvas.draw("\(rank)", at: Point(x, y), style: muted(isFirst), width: 2, alignment: .trailing)
    }

    private func drawBar(
        _ probability: Double, _ color: Color, _ strength: Double, _ direction: HorizontalBar.Direction,
        _ x: Int, in canvas: inout Canvas, y: Int
    ) {
        let fill = HorizontalBar.Fill.color(color.mixed(with: theme.background, strength))
        // On a chosen row a track of its own keeps the bar out of the row's reverse video.
        let isOnChosenRow = canvas[Point(x, y)].style.attributes.contains(.highlight)
        HorizontalBar(
            value: probability / peak, fill: fill, direction: direction,
            track: isOnChosenRow ? theme.bar : nil
        ).draw(
            in: &canvas, rect: Rect(x, y, columns.barWidth, 1), theme: theme)
    }

    private func drawFigure(
        _ place: Candidates.Row.Place, _ x: Int, _ isFirst: Bool, in canvas: inout Canvas, y: Int
    ) {
        let text = showsLogits ? FigureText.decimals(place.logit, 2) : FigureText.percent(place.probability)
        canvas.draw(
            text, at: Point(x, y), style: isFirst ? theme.strong : theme.softStyle, width: 6,
            alignment: .trailing)
    }

    /// How far the plan moves the candidate: ▲ up, ▼ down, = where it was, + new among the likeliest.
    private func drawChange(
        from original: Int?, to plan: Int, _ isFirst: Bool, in canvas: inout Canvas, y: Int
    ) {
        let (text, style): (String, Style) =
            switch original {
            case nil: ("+", theme.style(.orange))
            case plan: ("=", muted(isFirst))
            case let rank?:
                plan < rank
                    ? ("▲\(rank - plan)", theme.style(.green)) : ("▼\(plan - rank)", theme.style(.red))
            }
        canvas.draw(text, at: Point(columns.change, y), style: style)
    }
}

/// A token as a label: white space made visible.
enum TokenLabel {
    /// The token's text with `␣` for a leading blank, `⏎` for a newline; `∅` if it has none.
    static func visible(_ text: String) -> String {
        let shown = text.replacing("\n", with: "⏎").replacing("\t", with: "⇥")
        if shown.isEmpty { return "∅" }
        return shown.allSatisfy { $0 == " " }
            ? String(repeating: "␣", count: shown.count)
            : shown.hasPrefix(" ") ? String(shown.dropFirst()) : shown
    }
}
