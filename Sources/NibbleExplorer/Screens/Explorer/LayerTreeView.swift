import NibbleQuantization
import NibbleTerminal
import NibbleTransformers

/// The tree of layers: format, error as heat, marks for clips and overflows, size.
struct LayerTreeView {
    let workspace: Workspace
    let layout: ExplorerLayout
    let theme: Theme

    private var table: LayerTable { workspace.table }
    private var area: Rect { Panel.interior(of: layout.layers) }
    private var isWide: Bool { area.width >= 46 }
    private var sizeWidth: Int { isWide ? 8 : 0 }
    private var formatX: Int { area.x + nameWidth }
    private var formatWidth: Int { area.width >= 29 ? 7 : 6 }
    private var heatX: Int { formatX + formatWidth + (isWide ? 1 : 0) }
    private var heatWidth: Int { max(0, min(16, area.right - heatX - (sizeWidth > 0 ? sizeWidth + 2 : 1))) }

    /// What names get.
    ///
    /// In the tree a name is short, and the bar gets the rest; in a list it is a path, and gets what a figure leaves. In the
    /// narrowest tree the bar goes before the names do.
    private var nameWidth: Int {
        if isWide { return area.width - 28 }
        guard area.width >= 29 else { return max(8, area.width - formatWidth) }
        return workspace.tree.order == .model ? min(19, area.width - 13) : min(26, area.width - 13)
    }

    /// Draws the frame, the heads and the rows in sight.
    func draw(in canvas: inout Canvas) {
        let rows = workspace.rows.all
        let place = workspace.cursorPlace
        let window = layout.treeWindow(rowCount: rows.count, cursor: place)
        let scroll = ScrollBar(total: rows.count, visible: window.count, offset: window.lowerBound)
        let position = rows.isEmpty ? 0 : place + 1
        let panel = Panel(
            title: "Layers", context: contextText.map { [Span($0, theme.mutedStyle)] } ?? [],
            fact: [Span("\(position)/\(rows.count)", theme.mutedStyle)],
            isFocused: workspace.focus == .layers, scroll: scroll)
        panel.draw(in: &canvas, rect: layout.layers, theme: theme)
        canvas.answer(
            in: layout.layers, click: { state, _ in state.workspace?.focus = .layers },
            wheel: { _ = $0.workspace?.moveCursor(by: 3 * $1) })
        guard !rows.isEmpty else {
            let lines = workspace.noLayerReason.wrapped(to: max(1, area.width - 2))
            canvas.draw(lines: lines, in: area.inset(1, 0), style: theme.style(.orange))
            return
        }
        drawHeads(in: &canvas)
        for index in window {
            let y = layout.treeRows.y + index - window.lowerBound
            canvas.clipped(to: area) { draw(rows[index], y: y, isChosen: index == place, in: &$0) }
        }
    }

    private var contextText: String? {
        let tree = workspace.tree
        if table.markedCount > 0 { return "\(table.markedCount) marked" }
        if !tree.filter.isEmpty { return "/\(tree.filter)/" }
        return tree.order == .model ? nil : "by \(tree.order.rawValue)"
    }

    private func drawHeads(in canvas: inout Canvas) {
        let style = theme.mutedStyle
        canvas.draw("name", at: Point(area.x + 3, area.y), style: style)
        canvas.draw("fmt", at: Point(formatX, area.y), style: style)
        canvas.draw(
            measure == .clip ? "clip" : heatWidth > 13 ? "relative error" : "error",
            at: Point(heatX, area.y), style: style, width: heatWidth)
        guard sizeWidth > 0 else { return }
        canvas.draw("size", at: Point(area.right - 9, area.y), style: style, width: 8, alignment: .trailing)
    }

    private func draw(_ row: LayerTreeRow, y: Int, isChosen: Bool, in canvas: inout Canvas) {
        let summary = table.summary(of: row.entry)
        canvas.answer(
            in: Rect(area.x, y, area.width, 1), click: { state, _ in state.workspace?.choose(row.entry) })
        if isChosen {
            canvas.highlight(Rect(area.x, y, area.width, 1), theme.bar)
            canvas.draw("▌", at: Point(area.x, y), style: theme.style(.blue))
            canvas.placeCursor(at: Point(area.x, y))
        }
        drawName(row, summary, y: y, isChosen: isChosen, in: &canvas)
        drawMark(summary.marks, y: y, in: &canvas)
        drawFormat(row, summary, y: y, in: &canvas)
        drawHeat(row, summary, y: y, in: &canvas)
        guard sizeWidth > 0 else { return }
        let muted = isChosen ? theme.mutedOnBarStyle : theme.mutedStyle
        canvas.draw(
            FigureText.bytes(summary.byteCount), at: Point(area.right - 9, y), style: muted, width: 8,
            alignment: .trailing)
    }

    private func drawName(
        _ row: LayerTreeRow, _ summary: LayerSummary, y: Int, isChosen: Bool, in canvas: inout Canvas
    ) {
        let isMarked = summary.isMarked
        if isMarked { canvas.draw("•", at: Point(area.x + 1, y), style: theme.style(.yellow).bold) }
        var style = isMarked ? theme.style(.yellow) : theme.plain
        if isChosen { style = style.bold }
        // Each level stands two columns further to the right.
        let sign = area.x + 2 + 2 * row.depth
        let x = row.depth == 0 && !row.entry.isGroup ? area.x + 3 : sign + 2
        switch row.entry {
        case .group(let group):
            let isFolded = workspace.tree.foldedGroups.contains(group)
            canvas.draw(isFolded ? "▸" : "▾", at: Point(sign, y), style: theme.style(.blue))
            canvas.answer(
                in: Rect(sign, y, 1, 1), click: { state, _ in state.workspace?.toggleFold(group) })
            style = style.colored(isMarked ? theme.plan : theme[.blue].mixed(with: theme.text, 0.5))
        case .layer:
            guard row.depth > 0 else { break }
            canvas.draw(row.isLast ? "╰" : "├", at: Point(sign, y), style: Style(foreground: theme.frame))
        }
        // A blank stands between the name and the mark.
        let width = max(0, formatX - x - 3)
        canvas.draw(name(of: row, width: width), at: Point(x, y), style: style, width: width)
    }

    /// Outside of their groups layers keep their numbers: a path that is too long is written `L7.q_proj`.
    private func name(of row: LayerTreeRow, width: Int) -> String {
        switch row.entry {
        case .group(let group):
            return LayerPath.fitting([table.structure.hierarchy.groups[group].title], width: width)
        case .layer(let layer):
            let path = table.structure.layers[layer].id
            return LayerPath.fitting(
                row.depth == 0 ? path.wordings : isWide ? [path.lastWords, path.lastWord] : [path.lastWord],
                width: width)
        }
    }

    /// One sign for the worst that happens: NaN, accumulator overflow, activation clip, weight clip.
    private func drawMark(_ marks: LayerMarks, y: Int, in canvas: inout Canvas) {
        let signs: [(mark: LayerMarks, text: String, slot: Slot)] = [
            (.nonFinite, "!", .red), (.overflow, "▲", .red), (.activationClip, "△", .orange),
            (.weightClip, "×", .orange),
        ]
        guard let sign = signs.first(where: { marks.contains($0.mark) }) else { return }
        canvas.draw(sign.text, at: Point(formatX - 2, y), style: theme.style(sign.slot).bold)
    }

    /// The format, or where there are several the mean bits per weight.
    private func drawFormat(_ row: LayerTreeRow, _ summary: LayerSummary, y: Int, in canvas: inout Canvas) {
        let bits = summary.bitsPerWeight
        let text =
            if case .uniform(let number) = summary.format { table.palette.formatNames[number] } else {
                FigureText.decimals(bits, 1)
            }
        let style = Style(foreground: theme.bits(Int(bits.rounded(.down))))
        canvas.draw(
            text, at: Point(formatX, y), style: row.entry.isGroup ? style : style.bold,
            width: min(7, formatWidth))
    }

    /// The order that the list follows, where it follows a measure: its figure stands where the bar does otherwise.
    private var measure: LayerTree.Order? {
        workspace.tree.order.followsFigures ? workspace.tree.order : nil
    }

    /// The figure that a list is sorted by; nothing while it isn't known.
    private func drawMeasure(_ entry: LayerHierarchy.Entry, y: Int, in canvas: inout Canvas) {
        guard case .layer(let layer) = entry, let figures = table.figures[layer] else { return }
        let value = measure == .clip ? figures.clippedFraction : figures.relativeError
        canvas.draw(
            FigureText.percent(value), at: Point(heatX, y), style: theme.strong, width: heatWidth)
    }

    private func drawHeat(_ row: LayerTreeRow, _ summary: LayerSummary, y: Int, in canvas: inout Canvas) {
        guard measure == nil else { return drawMeasure(row.entry, y: y, in: &canvas) }
        let rect = Rect(heatX, y, heatWidth, 1)
        guard summary.waitingCount == 0, let worst = summary.worstError else {
            canvas.draw(summary.waitingCount > 0 ? "·" : "", at: rect.origin, style: theme.mutedStyle)
            return
        }
        HorizontalBar(value: Self.heat(of: worst), fill: .ramp, track: theme.bar).draw(
            in: &canvas, rect: rect, theme: theme)
    }

    /// The share of the bar for a relative error: its square root, so that 1 % is seen and 100 % fills the bar.
    static func heat(of relativeError: Double) -> Double { min(1, max(0, relativeError).squareRoot()) }
}
