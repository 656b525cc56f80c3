import NibbleEvaluation
import NibbleTerminal

/// The inputs one below the other, each with the answer of original and plan and how far they are apart.
struct ItemListView {
    let workspace: Workspace
    let form: any ItemForm
    let theme: Theme
    /// What the run is at.
    let status: String?

    var sides: ItemSides? { workspace.shownItems }
    var items: [ComparedItem] { sides?.snapshot.items ?? [] }
    private var nouns: (one: String, many: String) { form.input(of: workspace.model).nouns }

    /// How the text of an item looks.
    func textStyle(_ item: Int) -> Style { item == workspace.shownItem ? theme.strong : theme.plain }

    /// Items that a frame shows at once.
    static func visibleCount(in rect: Rect) -> Int { max(1, Panel.content(of: rect).height - 1) }

    /// Draws the frame and the items around the chosen one.
    func draw(in canvas: inout Canvas, rect: Rect) {
        let content = Panel.content(of: rect)
        // From the answers of all items: once for all rows.
        let columns = columns(content)
        let lines = Lines(items.count, chosen: workspace.shownItem, room: content.height - 1) {
            wrapped($0, width: columns.text).count
        }
        Panel(
            title: nouns.many.prefix(1).uppercased() + nouns.many.dropFirst(),
            context: [Span(context, theme.mutedStyle)] + cutRemark,
            facts: facts.map { [Span($0, theme.mutedStyle)] },
            isFocused: true,
            scroll: items.count > lines.items.count
                ? ScrollBar(total: items.count, visible: lines.items.count, offset: lines.items.lowerBound)
                : nil
        ).draw(in: &canvas, rect: rect, theme: theme)
        canvas.answer(in: rect, wheel: { _ = $0.workspace?.moveItem(by: $1) })
        guard !items.isEmpty else {
            canvas.draw(lines: hint.wrapped(to: content.width), in: content, style: theme.mutedStyle)
            return
        }
        drawHeads(columns, in: &canvas, content: content)
        var y = content.y + 1
        for item in lines.items {
            let height = item == workspace.shownItem ? lines.chosenRows : 1
            draw(
                item, columns, in: &canvas, row: Rect(content.x, y, content.width, height),
                interior: Panel.interior(of: rect))
            y += height
        }
    }

    /// What to do where there is nothing yet.
    var hint: String {
        workspace.comparison.run.state.isRunning
            ? (status ?? "preparing") + " …" : "Enter runs the \(nouns.many); i edits them."
    }

    private var context: String {
        guard let sides else { return "" }
        let done = sides.snapshot.results.count
        return done < items.count ? "\(done) of \(items.count)" : "\(items.count)"
    }

    /// How much of the chosen text is not read, where it is longer than what the model reads.
    private var cutRemark: [Span] {
        guard let count = sides?.result(workspace.shownItem)?.cutCount, count > 0 else { return [] }
        let text = "  text \(workspace.shownItem + 1): \(FigureText.grouped(count)) tokens cut off"
        return [Span(text, theme.style(.orange))]
    }

    /// How fast both are: the time that a text or an image takes.
    var facts: [String] {
        guard let before = sides?.milliseconds(ofPlan: false) else { return [] }
        let after = sides?.milliseconds(ofPlan: true).map { " → \(ItemFigures.milliseconds($0))" } ?? ""
        return ["\(ItemFigures.milliseconds(before))\(after) ms per \(nouns.one)"]
    }

    // MARK: Columns

    private struct Columns {
        var mark, number, text, answer, figure: Int
    }

    /// The widths: below 60 columns the answers stand in the panel of the outputs alone.
    private func columns(_ content: Rect) -> Columns {
        let answers = items.indices.flatMap { item in
            [false, true].compactMap { form.answer(to: item, ofPlan: $0, in: self)?.columns }
        }
        let answer = content.width < 56 ? 0 : min(max(answers.max() ?? 8, 8), content.width / 5)
        let figure = 8
        let fixed = 2 + 3 + 1 + 2 * (answer > 0 ? answer + 1 : 0) + figure + 1
        return Columns(
            mark: 2, number: 3, text: max(4, content.width - fixed), answer: answer, figure: figure)
    }

    private func drawHeads(_ columns: Columns, in canvas: inout Canvas, content: Rect) {
        let x = content.x + columns.mark
        canvas.draw(
            "#", at: Point(x, content.y), style: theme.mutedStyle, width: columns.number, alignment: .trailing
        )
        canvas.draw(
            nouns.one, at: Point(x + columns.number + 1, content.y), style: theme.mutedStyle,
            width: columns.text)
        var place = x + columns.number + 1 + columns.text + 1
        if columns.answer > 0 {
            for (text, color) in [("original", theme.original), ("plan", theme.plan)] {
                canvas.draw(
                    text, at: Point(place, content.y), style: Style(foreground: color).bold,
                    width: columns.answer)
                place += columns.answer + 1
            }
        }
        canvas.draw(
            form.damage(in: workspace).label, at: Point(place, content.y), style: theme.mutedStyle,
            width: columns.figure, alignment: .trailing)
    }

    // MARK: Rows

    private func draw(
        _ item: Int, _ columns: Columns, in canvas: inout Canvas, row: Rect, interior: Rect
    ) {
        let isChosen = item == workspace.shownItem
        if isChosen {
            canvas.highlight(Rect(interior.x, row.y, interior.width, row.height), theme.bar)
            canvas.placeCursor(at: row.origin)
        }
        canvas.answer(in: row, click: { state, _ in state.workspace?.choose(item: item) })
        if sides?.hasChanged(item) == true {
            canvas.draw("◆", at: row.origin, style: theme.style(.orange).bold)
        }
        let muted = isChosen ? theme.mutedOnBarStyle : theme.mutedStyle
        var x = row.x + columns.mark
        canvas.draw(
            "\(item + 1)", at: Point(x, row.y), style: muted, width: columns.number, alignment: .trailing)
        x += columns.number + 1
        drawText(item, in: &canvas, rect: Rect(x, row.y, columns.text, row.height))
        x += columns.text + 1
        if let problem = problem(item) {
            // Where a sentence has no room, it stands with the outputs once the item is chosen.
            let room = row.right - x
            canvas.draw(
                room < 24 ? "✗" : problem, at: Point(x, row.y), style: theme.style(.orange), width: room,
                alignment: room < 24 ? .trailing : .leading)
            return
        }
        for isPlan in [false, true] where columns.answer > 0 {
            drawAnswer(item, isPlan, isChosen, in: &canvas, cell: Rect(x, row.y, columns.answer, 1))
            x += columns.answer + 1
        }
        canvas.draw(
            figure(item), at: Point(x, row.y), style: muted, width: columns.figure, alignment: .trailing)
    }

    private func drawAnswer(
        _ item: Int, _ isPlan: Bool, _ isChosen: Bool, in canvas: inout Canvas, cell: Rect
    ) {
        guard let answer = form.answer(to: item, ofPlan: isPlan, in: self) else { return }
        let isOther = isPlan && sides?.hasChanged(item) == true
        let style = isOther ? theme.style(.red).bold : isChosen ? theme.plain : theme.softStyle
        let room = cell.width - (answer.figure.isEmpty ? 0 : answer.figure.columns + 1)
        let used = canvas.draw(answer.label.cutInMiddle(to: max(0, room)), at: cell.origin, style: style)
        canvas.draw(
            answer.figure, at: Point(cell.x + used + 1, cell.y),
            style: isOther ? style : isChosen ? theme.mutedOnBarStyle : theme.mutedStyle)
    }

    /// Why nothing came of an item.
    func problem(_ item: Int) -> String? {
        guard let results = sides?.snapshot.results, results.indices.contains(item) else { return nil }
        return results[item].problem
    }

    /// The divergence or the cosine of an item.
    private func figure(_ item: Int) -> String {
        guard let difference = sides?.difference(item) else {
            return sides?.result(item) == nil && workspace.comparison.run.state.isRunning ? "…" : ""
        }
        return difference.klDivergence.map(FigureText.nats) ?? difference.cosine.map(ItemFigures.cosine)
            ?? (difference.agrees == false ? "∞" : "—")
    }

    /// The text in as many lines as the row has.
    private func drawText(_ item: Int, in canvas: inout Canvas, rect: Rect) {
        let spans = form.text(of: item, in: self)
        guard rect.height > 1 else {
            canvas.draw(SpanLines.showingChosen(spans, width: rect.width), at: rect.origin, width: rect.width)
            return
        }
        for (index, line) in SpanLines.wrap(spans, width: rect.width).prefix(rect.height).enumerated() {
            canvas.draw(line, at: Point(rect.x, rect.y + index), width: rect.width)
        }
    }

    private func wrapped(_ item: Int, width: Int) -> [[Span]] {
        SpanLines.wrap(form.text(of: item, in: self), width: width)
    }

    /// Which items are in sight, and how many lines the chosen one takes.
    private struct Lines {
        let items: Range<Int>
        let chosenRows: Int

        init(_ count: Int, chosen: Int, room: Int, lineCount: (Int) -> Int) {
            guard count > 0, room > 0 else {
                (items, chosenRows) = (0..<0, 1)
                return
            }
            let spare = max(0, room - count)
            chosenRows = max(1, min(1 + spare, spare > 0 ? lineCount(chosen) : 1))
            let visible = min(count, room - (chosenRows - 1))
            let start = min(max(0, chosen - visible / 2), count - visible)
            items = start..<start + visible
        }
    }
}

/// Runs of text in lines.
enum SpanLines {
    /// Breaks runs at blanks where a line is full; a word that is longer than a line is cut.
    static func wrap(_ spans: [Span], width: Int) -> [[Span]] {
        guard width > 0 else { return [] }
        let text = spans.map(\.text).joined()
        guard text.columns > width else { return [spans] }
        var characters = spans.flatMap { span in span.text.map { (character: $0, style: span.style) } }[...]
        var lines: [[Span]] = []
        while !characters.isEmpty {
            var columns = 0
            var end = characters.startIndex
            var blank: Int?
            while end < characters.endIndex {
                let next = String(characters[end].character).columns
                if columns + next > width { break }
                if characters[end].character == " " { blank = end }
                columns += next
                end += 1
            }
            if end < characters.endIndex, let blank, blank > characters.startIndex { end = blank + 1 }
            if end == characters.startIndex { end += 1 }
            lines.append(joined(characters[..<end]))
            characters = characters[end...]
        }
        return lines
    }

    /// The runs with as much left out at the start as brings the one that is chosen into a line.
    static func showingChosen(_ spans: [Span], width: Int) -> [Span] {
        guard let chosen = spans.firstIndex(where: { $0.style.attributes.contains(.highlight) }) else {
            return spans
        }
        let end = spans[...chosen].reduce(0) { $0 + $1.text.columns }
        let total = spans.reduce(0) { $0 + $1.text.columns }
        guard end > width - 1, total > width else { return spans }
        // Some of what follows stays in sight too.
        var excess = min(end + width / 4, total) - width + 1
        var rest = spans.flatMap { span in span.text.map { (character: $0, style: span.style) } }[...]
        while excess > 0, let first = rest.first {
            excess -= String(first.character).columns
            rest = rest.dropFirst()
        }
        return [Span("…", spans[0].style)] + joined(rest)
    }

    private static func joined(_ characters: ArraySlice<(character: Character, style: Style)>) -> [Span] {
        var spans: [Span] = []
        for (character, style) in characters {
            if let last = spans.last, last.style == style {
                spans[spans.count - 1] = Span(last.text + String(character), style)
            } else {
                spans.append(Span(String(character), style))
            }
        }
        return spans
    }
}
