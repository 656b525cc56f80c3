import NibbleEvaluation
import NibbleQuantization
import NibbleTerminal

/// The most likely tokens at the cursor, the original's bars to the left and the plan's to the right.
struct CandidatesView {
    let workspace: Workspace
    let theme: Theme

    /// One candidate: its text, and rank and probability on both sides where it is among the first.
    struct Row: Hashable {
        var text: String
        var original: (rank: Int, probability: Double)?
        var plan: (rank: Int, probability: Double)?

        static func == (left: Row, right: Row) -> Bool {
            left.text == right.text && left.original?.rank == right.original?.rank
                && left.plan?.rank == right.plan?.rank
        }

        func hash(into hasher: inout Hasher) { hasher.combine(text) }
    }

    /// Draws the frame, the rows that fit and the entropies.
    func draw(in canvas: inout Canvas, rect: Rect) {
        let token = workspace.shownToken
        let sides = workspace.shownSides
        let original = token.flatMap { record(sides.original, $0) }
        let plan = token.flatMap { record(sides.plan, $0) }
        let kl = plan?.klDivergence.map { "KL " + FigureText.nats($0) } ?? ""
        Panel(
            title: "Next token",
            context: [Span(token.map { "token \($0 + 1)\(before($0))" } ?? "", theme.mutedStyle)],
            fact: [Span(kl, theme.mutedStyle)]
        ).draw(in: &canvas, rect: rect, theme: theme)
        guard let original else { return }
        let content = Panel.content(of: rect)
        let rows = Self.rows(original: original, plan: plan)
        let hasHeads = content.height >= 6
        let hasFoot = content.height >= 7
        if hasHeads { drawHeads(in: &canvas, content: content) }
        let count = content.height - (hasHeads ? 1 : 0) - (hasFoot ? 1 : 0)
        let peak =
            rows.flatMap { [$0.original?.probability, $0.plan?.probability].compactMap { $0 } }.max() ?? 1
        for (index, row) in rows.prefix(max(0, count)).enumerated() {
            draw(row, peak: peak, in: &canvas, line: content.row(index + (hasHeads ? 1 : 0)))
        }
        if hasFoot { drawFoot(original, plan, in: &canvas, line: content.row(content.height - 1)) }
    }

    /// The original's candidates in their order, then those that only the plan has.
    static func rows(original: TokenRecord, plan: TokenRecord?) -> [Row] {
        var rows = original.top.enumerated().map {
            Row(text: $0.element.text, original: ($0.offset + 1, $0.element.probability))
        }
        let places = Dictionary(
            original.top.enumerated().map { ($0.element.id, $0.offset) },
            uniquingKeysWith: { first, _ in first })
        for (offset, candidate) in (plan?.top ?? []).enumerated() {
            if let place = places[candidate.id] {
                rows[place].plan = (offset + 1, candidate.probability)
            } else {
                rows.append(Row(text: candidate.text, plan: (offset + 1, candidate.probability)))
            }
        }
        return rows
    }

    private func record(_ progress: ContestantProgress?, _ index: Int) -> TokenRecord? {
        guard let records = progress?.records, records.indices.contains(index) else { return nil }
        return records[index]
    }

    private func before(_ token: Int) -> String {
        let records = workspace.shownSides.original?.records ?? []
        let text = TokenFlow.shown(records[max(0, token - 5)..<token].map(\.text).joined())
        return text.isEmpty ? "" : " · after “…\(text)”"
    }

    // MARK: Columns

    private struct Columns {
        let tokenWidth = 14
        let content: Rect
        var barWidth: Int { max(4, (content.width - tokenWidth - 2 * 8 - 2 * 4) / 2) }
        var leftBar: Rect { Rect(content.x + 4, content.y, barWidth, 1) }
        var leftPercent: Int { leftBar.right + 1 }
        var token: Int { leftPercent + 7 }
        var rightPercent: Int { token + tokenWidth }
        var rightBar: Rect { Rect(rightPercent + 8, content.y, barWidth, 1) }
        var rightRank: Int { rightBar.right + 1 }
    }

    private func drawHeads(in canvas: inout Canvas, content: Rect) {
        let columns = Columns(content: content)
        let left = "original \(workspace.originalTitle)"
        canvas.draw(
            left, at: columns.leftBar.origin, style: Style(foreground: theme.original).bold,
            width: columns.barWidth,
            alignment: .trailing)
        canvas.draw(
            "token", at: Point(columns.token, content.y), style: theme.mutedStyle, width: columns.tokenWidth,
            alignment: .center)
        canvas.draw(
            "plan \(workspace.shownResolved.title)", at: columns.rightBar.origin,
            style: Style(foreground: theme.plan).bold,
            width: columns.barWidth)
    }

    private func draw(_ row: Row, peak: Double, in canvas: inout Canvas, line: Rect) {
        let columns = Columns(content: line)
        let isFirst = row.original?.rank == 1 || row.plan?.rank == 1
        let strength = isFirst ? 0.0 : 0.35
        if let original = row.original {
            let color = theme.original.mixed(with: theme.background, strength)
            canvas.draw(
                "\(original.rank)", at: line.origin, style: theme.mutedStyle, width: 2, alignment: .trailing)
            HorizontalBar(value: original.probability / peak, fill: .color(color), direction: .leftwards)
                .draw(in: &canvas, rect: columns.leftBar, theme: theme)
            drawPercent(original.probability, at: Point(columns.leftPercent, line.y), isFirst, in: &canvas)
        }
        let text = TokenLabel.visible(row.text)
        canvas.draw(
            text, at: Point(columns.token, line.y), style: isFirst ? theme.strong : theme.softStyle,
            width: columns.tokenWidth, alignment: .center)
        guard let plan = row.plan else { return }
        let color = theme.plan.mixed(with: theme.background, strength)
        drawPercent(plan.probability, at: Point(columns.rightPercent, line.y), isFirst, in: &canvas)
        HorizontalBar(value: plan.probability / peak, fill: .color(color)).draw(
            in: &canvas, rect: columns.rightBar, theme: theme)
        drawChange(row, at: Point(columns.rightRank, line.y), in: &canvas)
    }

    private func drawPercent(_ value: Double, at point: Point, _ isFirst: Bool, in canvas: inout Canvas) {
        canvas.draw(
            FigureText.percent(value), at: point, style: isFirst ? theme.strong : theme.softStyle, width: 6,
            alignment: .trailing)
    }

    /// How far the plan moves the candidate: ▲ up, ▼ down, = where it was, + new among the first.
    private func drawChange(_ row: Row, at point: Point, in canvas: inout Canvas) {
        guard let plan = row.plan?.rank else { return }
        guard let original = row.original?.rank else {
            canvas.draw("+", at: point, style: theme.style(.orange))
            return
        }
        if plan == original {
            canvas.draw("=", at: point, style: theme.mutedStyle)
        } else {
            let rises = plan < original
            canvas.draw(
                "\(rises ? "▲" : "▼")\(abs(plan - original))", at: point,
                style: theme.style(rises ? .green : .red))
        }
    }

    private func drawFoot(_ original: TokenRecord, _ plan: TokenRecord?, in canvas: inout Canvas, line: Rect)
    {
        var spans = [
            Span("entropy ", theme.mutedStyle), Span(FigureText.decimals(original.entropy, 2), theme.plain),
        ]
        if let plan {
            spans += [
                Span(" → ", theme.mutedStyle), Span(FigureText.decimals(plan.entropy, 2), theme.strong),
                Span(" nats", theme.mutedStyle),
            ]
            let shared = Set(original.top.map(\.id)).intersection(plan.top.map(\.id)).count
            spans += [
                Span("   shared ", theme.mutedStyle), Span("\(shared) of \(original.top.count)", theme.plain),
            ]
        }
        if let rank = plan?.referenceRank {
            spans += [
                Span("   original's choice ranks ", theme.mutedStyle),
                Span("\(rank)", rank == 1 ? theme.style(.green) : theme.style(.red).bold),
            ]
        }
        canvas.draw(spans, at: line.origin, width: line.width)
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
