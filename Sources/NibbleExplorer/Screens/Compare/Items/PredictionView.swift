import NibbleEvaluation
import NibbleTerminal

/// What original and plan predict at one place of the chosen item, as bars from the likeliest down.
struct PredictionView {
    let view: ItemsView
    /// What is predicted, such as `class`.
    let noun: String
    let outputs: (original: ItemOutput?, plan: ItemOutput?)

    /// What the original predicts at a place; nil where its numbers are not finite.
    private func record(_ output: ItemOutput?, _ place: Int) -> TokenRecord? {
        guard let records = output?.records, records.indices.contains(place) else { return nil }
        return records[place]
    }

    /// Draws the frame and the bars.
    func draw(in canvas: inout Canvas, rect: Rect, title: String, context: String, place: Int) {
        let original = record(outputs.original, place)
        let plan = record(outputs.plan, place)
        let workspace = view.workspace
        let content = Panel.content(of: rect)
        let longest = original?.top.map { TokenLabel.visible($0.text).columns }.max() ?? 0
        var candidates = CandidatesView(
            title: title, context: context, noun: noun, original: original, plan: plan,
            originalTitle: workspace.originalTitle, planTitle: workspace.shownResolved.title,
            theme: view.theme)
        candidates.labelWidth = min(max(14, longest + 2), max(14, content.width / 3))
        candidates.isAiry = true
        candidates.showsLogits = workspace.comparison.itemCursor.showsLogits
        if outputs.plan?.isBroken == true { candidates.problem = "The plan’s numbers are not finite." }
        candidates.draw(in: &canvas, rect: rect)
        guard outputs.original?.isBroken == true else { return }
        let text = "The original’s numbers are not finite: nothing can be compared with them."
        canvas.draw(lines: text.wrapped(to: content.width), in: content, style: view.theme.style(.red))
    }
}

/// The likeliest classes or words of one side in few rows, in the original's order.
struct PredictionStrip {
    let theme: Theme

    /// Draws a row with label, bar and probability for each; both sides show the same rows.
    func draw(
        _ original: TokenRecord?, _ plan: TokenRecord?, isPlan: Bool, in canvas: inout Canvas, rect: Rect
    ) {
        guard let original, let record = isPlan ? plan : original else {
            canvas.draw(
                "The numbers are not finite.", at: rect.origin, style: theme.style(.red), width: rect.width)
            return
        }
        let rows = Candidates(original: original, plan: plan).shown(rect.height)
        let peak = max(original.top.first?.probability ?? 1, plan?.top.first?.probability ?? 0)
        let longest = rows.map { TokenLabel.visible($0.text).columns }.max() ?? 0
        let columns = rect.columns(
            [.fixed(min(max(8, longest), rect.width / 3)), .fill(weight: 1), .fixed(6)], spacing: 1)
        for (index, row) in rows.enumerated() {
            let place = isPlan ? row.plan : row.original
            let isOther = isPlan && place?.rank == 1 && !record.agrees
            canvas.draw(
                TokenLabel.visible(row.text).cutInMiddle(to: columns[0].width),
                at: columns[0].row(index).origin,
                style: isOther ? theme.style(.red).bold : place?.rank == 1 ? theme.strong : theme.softStyle,
                width: columns[0].width)
            HorizontalBar(
                value: (place?.probability ?? 0) / peak, fill: .color(isPlan ? theme.plan : theme.original),
                track: theme.bar
            ).draw(in: &canvas, rect: columns[1].row(index), theme: theme)
            canvas.draw(
                place.map { FigureText.percent($0.probability) } ?? "—", at: columns[2].row(index).origin,
                style: theme.softStyle, width: columns[2].width, alignment: .trailing)
        }
    }
}
