import NibbleTerminal

/// Where the parts of the explorer screen stand: a function of the terminal's size and the panel with the focus.
///
/// Columns and rows are given away apart. The width decides how many panels stand side by side: from 60 columns tree and
/// histogram, from 140 the details too. The height decides what stands below them: the effect of the setting, and the
/// live comparison. Whatever is left out, the chosen layer's setting is always in sight.
struct ExplorerLayout: Hashable, Sendable {
    /// The line of settings between header and panels; empty where a panel shows them.
    private(set) var strip = Rect(0, 0, 0, 0)
    /// The tree's frame.
    private(set) var layers = Rect(0, 0, 0, 0)
    /// The histogram's frame.
    private(set) var weights = Rect(0, 0, 0, 0)
    /// The frame of a second histogram; empty where there is no room.
    private(set) var companion = Rect(0, 0, 0, 0)
    /// The frame of the figures: all of them in a high one, the setting and its effect in a low one.
    private(set) var details = Rect(0, 0, 0, 0)
    /// The frame of the errors of all layers; empty where there is no room.
    private(set) var overview = Rect(0, 0, 0, 0)
    /// The frame of the original's text.
    private(set) var original = Rect(0, 0, 0, 0)
    /// The frame of the plan's text.
    private(set) var quantized = Rect(0, 0, 0, 0)

    /// Columns left of the histogram for the scale.
    static let scaleColumns = 6
    /// Below these columns or rows one panel is shown at a time.
    static let smallest = Size(60, 12)

    init(size: Size, focus: Workspace.Panel = .layers) {
        let body = Rect(size).inset(top: 1, bottom: 1)
        guard size.width >= Self.smallest.width, size.height >= Self.smallest.height else {
            placeSingle(body, focus)
            return
        }
        let panels = placeStrip(body)
        let textRows = Self.textRows(panels)
        let rows = panels.rows([.fill(weight: 1), .fixed(textRows)])
        let columns = rows[0].columns([.fixed(Self.treeColumns(size.width)), .fill(weight: 1)], spacing: 1)
        layers = columns[0]
        if textRows > 0 { placeTexts(rows[1]) }
        if size.width >= 140 { placeWide(columns[1]) } else { placeNarrow(columns[1], focus) }
    }

    private mutating func placeSingle(_ body: Rect, _ focus: Workspace.Panel) {
        let hasStrip = body.height >= 6
        if hasStrip { strip = body.row(0).inset(1, 0) }
        let panel = body.inset(top: hasStrip ? 1 : 0)
        switch focus {
        case .layers: layers = panel
        case .weights: weights = panel
        case .details: details = panel
        }
    }

    /// Takes a line for the setting where no panel has room for it, or where there is room for a line as well.
    private mutating func placeStrip(_ body: Rect) -> Rect {
        let isRoomy = body.width >= 140 && body.height >= 36
        guard isRoomy || body.width >= 100 && body.height >= 24 || Self.effectRows(body) == 0 else {
            return body
        }
        strip = body.row(isRoomy ? 1 : 0).inset(3, 0)
        return body.inset(top: isRoomy ? 2 : 1)
    }

    /// The rows of the live comparison: none where they would leave too few to the histogram.
    private static func textRows(_ panels: Rect) -> Int {
        switch (panels.width, panels.height) {
        case (140..., 34...): max(10, panels.height / 4)
        case (100..., 24...), (60..., 36...): max(7, panels.height / 4)
        default: 0
        }
    }

    private static func treeColumns(_ width: Int) -> Int {
        switch width {
        case 240...: 64
        case 140...: 52
        case 100...: 38
        case 80...: 33
        default: max(27, width * 2 / 5)
        }
    }

    /// The rows of the effect below a histogram of at least ten rows, for areas without a column of details.
    private static func effectRows(_ area: Rect) -> Int {
        area.height < (area.width >= 100 ? 26 : 16) ? 0 : area.height >= 22 ? 7 : 6
    }

    /// Histogram and effect; the details take the place of both while they have the focus.
    private mutating func placeNarrow(_ area: Rect, _ focus: Workspace.Panel) {
        guard focus != .details else {
            details = area
            return
        }
        let hasEffect = strip.isEmpty || area.height >= 26
        let rows = area.rows([.fill(weight: 1), .fixed(hasEffect ? Self.effectRows(area) : 0)])
        weights = rows[0]
        details = rows[1]
    }

    /// Histograms and details side by side, on high screens above the errors of all layers.
    private mutating func placeWide(_ area: Rect) {
        let overviewRows = area.height >= 40 ? max(9, area.height / 5) : 0
        let rows = area.rows([.fill(weight: 1), .fixed(overviewRows)])
        let columns = rows[0].columns([.fill(weight: 1), .fixed(area.width >= 180 ? 44 : 35)], spacing: 1)
        let charts = columns[0].columns(
            [.fill(weight: 1), .fill(weight: columns[0].width >= 130 ? 1 : 0)], spacing: 1)
        weights = charts[1].isEmpty ? columns[0] : charts[0]
        companion = charts[1]
        details = columns[1]
        overview = rows[1]
    }

    private mutating func placeTexts(_ area: Rect) {
        let halves = area.columns([.fill(weight: 1), .fill(weight: 1)], spacing: 1)
        original = halves[0]
        quantized = halves[1]
    }

    /// Columns of the histogram, wherever it would be shown.
    var chartColumns: Int {
        let frame = weights.isEmpty ? details : weights
        let width = frame.isEmpty ? layers.width : frame.width
        return max(8, Panel.content(of: Rect(0, 0, width, 10)).width - Self.scaleColumns)
    }

    /// The rows of the tree, below the heads of its columns.
    var treeRows: Rect { Panel.interior(of: layers).inset(top: 1) }

    /// The rows of the tree that are in sight: the cursor stays in the middle where the tree is longer.
    func treeWindow(rowCount: Int, cursor place: Int) -> Range<Int> {
        let height = treeRows.height
        let start = min(max(place - height / 2, 0), max(rowCount - height, 0))
        return start..<min(start + height, rowCount)
    }
}
