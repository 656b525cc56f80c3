import NibbleQuantization
import NibbleTerminal
import NibbleTransformers

/// The tree of layers: format, error as heat, marks for clips and overflows, size.
struct LayerTreeView {
    let workspace: Workspace
    let layout: ExplorerLayout
    let theme: Theme

    private var area: Rect { Panel.interior(of: layout.layers) }
    private var isWide: Bool { area.width >= 46 }
    private var sizeWidth: Int { isWide ? 8 : 0 }
    private var nameWidth: Int { isWide ? 22 : min(17, max(8, area.width - 9)) }
    private var formatX: Int { area.x + nameWidth }
    private var heatX: Int { formatX + 8 }
    private var heatWidth: Int { max(0, min(16, area.right - heatX - (sizeWidth > 0 ? sizeWidth + 2 : 1))) }

    /// Draws the frame, the heads and the rows in sight.
    func draw(in canvas: inout Canvas) {
        let rows = workspace.rows
        let window = layout.treeWindow(rows: rows, cursor: workspace.chosenRow?.id)
        let scroll = ScrollBar(total: rows.count, visible: window.count, offset: window.lowerBound)
        let panel = Panel(
            title: "Layers", context: contextText.map { [Span($0, theme.mutedStyle)] } ?? [],
            fact: [Span(factText(rows), theme.mutedStyle)],
            isFocused: workspace.focus == .layers, scroll: scroll)
        panel.draw(in: &canvas, rect: layout.layers, theme: theme)
        drawHeads(in: &canvas)
        for (offset, row) in rows[window].enumerated() {
            canvas.clipped(to: area) { draw(row, y: layout.treeRows.y + offset, in: &$0) }
        }
    }

    private var contextText: String? {
        let tree = workspace.tree
        if !tree.marked.isEmpty { return "\(tree.marked.count) marked" }
        if !tree.filter.isEmpty { return "/\(tree.filter)/" }
        return tree.order == .model ? nil : "by \(tree.order.rawValue)"
    }

    private func factText(_ rows: [LayerTreeRow]) -> String {
        let position = rows.firstIndex { $0.id == workspace.chosenRow?.id } ?? -1
        return "\(position + 1)/\(rows.count)"
    }

    private func drawHeads(in canvas: inout Canvas) {
        let style = theme.mutedStyle
        canvas.draw("name", at: Point(area.x + 3, area.y), style: style)
        canvas.draw("fmt", at: Point(formatX, area.y), style: style)
        canvas.draw(
            heatWidth > 12 ? "relative error" : "error", at: Point(heatX, area.y), style: style,
            width: heatWidth)
        guard sizeWidth > 0 else { return }
        canvas.draw("size", at: Point(area.right - 9, area.y), style: style, width: 8, alignment: .trailing)
    }

    private func draw(_ row: LayerTreeRow, y: Int, in canvas: inout Canvas) {
        let isChosen = row.id == workspace.chosenRow?.id
        if isChosen {
            canvas.background(Rect(area.x, y, area.width, 1), theme.bar)
            canvas.draw("▌", at: Point(area.x, y), style: theme.style(.blue))
        }
        drawName(row, y: y, isChosen: isChosen, in: &canvas)
        drawFormat(row, y: y, isChosen: isChosen, in: &canvas)
        drawHeat(row, y: y, in: &canvas)
        guard sizeWidth > 0 else { return }
        let muted = isChosen ? theme.mutedOnBarStyle : theme.mutedStyle
        canvas.draw(
            FigureText.bytes(byteCount(of: row)), at: Point(area.right - 9, y), style: muted, width: 8,
            alignment: .trailing)
    }

    private func drawName(_ row: LayerTreeRow, y: Int, isChosen: Bool, in canvas: inout Canvas) {
        let isMarked = Set(row.layers).isSubset(of: workspace.tree.marked)
        if isMarked { canvas.draw("•", at: Point(area.x + 1, y), style: theme.style(.yellow).bold) }
        var style = isMarked ? theme.style(.yellow) : theme.plain
        if isChosen { style = style.bold }
        let name: String
        var indent = row.depth > 0 ? 6 : 3
        switch row.id {
        case .block(let block):
            indent = 4
            let isFolded = workspace.tree.foldedBlocks.contains(block)
            canvas.draw(isFolded ? "▸" : "▾", at: Point(area.x + 2, y), style: theme.style(.blue))
            name = "layers.\(block)"
            style = style.colored(isMarked ? theme.plan : theme[.blue].mixed(with: theme.text, 0.5))
        case .layer(let id):
            if row.depth > 0 {
                canvas.draw(
                    row.isLastOfBlock ? "╰" : "├", at: Point(area.x + 4, y),
                    style: Style(foreground: theme.frame))
            }
            name = row.depth == 0 ? id.name : !isWide ? id.lastWord : id.lastWords
        }
        let x = area.x + indent
        canvas.draw(name, at: Point(x, y), style: style, width: max(0, formatX - x - 2))
        drawMark(row, y: y, in: &canvas)
    }

    /// One sign for the worst that happens: NaN, accumulator overflow, activation clip, weight clip.
    private func drawMark(_ row: LayerTreeRow, y: Int, in canvas: inout Canvas) {
        let figures = row.layers.compactMap { workspace.figures(of: $0) }
        let counters = row.layers.compactMap { workspace.counters(of: $0) }
        let sign: (String, Slot)?
        if figures.contains(where: { $0.nonFiniteCount > 0 })
            || counters.contains(where: { $0.nonFiniteValues.count > 0 })
        {
            sign = ("!", .red)
        } else if counters.contains(where: { $0.accumulatorOverflows.count > 0 }) {
            sign = ("▲", .red)
        } else if counters.contains(where: { $0.activationClips.count > 0 }) {
            sign = ("△", .orange)
        } else if figures.contains(where: { $0.clippedFraction > 0 }) {
            sign = ("×", .orange)
        } else {
            sign = nil
        }
        guard let sign else { return }
        canvas.draw(sign.0, at: Point(formatX - 2, y), style: theme.style(sign.1).bold)
    }

    private func drawFormat(_ row: LayerTreeRow, y: Int, isChosen: Bool, in canvas: inout Canvas) {
        let names = row.layers.map { formatName(of: $0) }
        let uniform = Set(names).count == 1
        let text = uniform ? names[0] : FigureText.decimals(bitsPerWeight(of: row), 1)
        var style = Style(foreground: theme.bits(Int(bitsPerWeight(of: row).rounded(.down))))
        if case .block = row.id {} else { style = style.bold }
        canvas.draw(text, at: Point(formatX, y), style: style, width: 7)
    }

    private func drawHeat(_ row: LayerTreeRow, y: Int, in canvas: inout Canvas) {
        let rect = Rect(heatX, y, heatWidth, 1)
        let errors = row.layers.compactMap { workspace.figures(of: $0)?.relativeError }
        let isComplete = row.layers.allSatisfy {
            workspace.setting(of: $0) == nil || workspace.figures(of: $0) != nil
        }
        guard isComplete, let worst = errors.max() else {
            let isWaiting = !isComplete
            canvas.draw(isWaiting ? "·" : "", at: rect.origin, style: theme.mutedStyle)
            return
        }
        HorizontalBar(value: Self.heat(of: worst), fill: .ramp, track: theme.bar).draw(
            in: &canvas, rect: rect, theme: theme)
    }

    /// The share of the bar for a relative error: its square root, so that 1 % is seen and 100 % fills the bar.
    static func heat(of relativeError: Double) -> Double { min(1, max(0, relativeError).squareRoot()) }

    private func formatName(of id: LayerPath) -> String {
        workspace.setting(of: id)?.storage.format
            ?? workspace.layers[id]?.storedName ?? "—"
    }

    private func bitsPerWeight(of row: LayerTreeRow) -> Double {
        let shapes = row.layers.compactMap { id in
            workspace.layers[id]?.shape.elementCount
        }
        let weights = shapes.reduce(0, +)
        return weights == 0 ? 0 : Double(byteCount(of: row) * 8) / Double(weights)
    }

    private func byteCount(of row: LayerTreeRow) -> Int {
        row.layers.reduce(0) { $0 + workspace.byteCount(of: $1) }
    }
}
