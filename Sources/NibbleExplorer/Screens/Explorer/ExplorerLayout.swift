import NibbleTerminal

/// Where the parts of the explorer screen stand: a function of the terminal's size and the panel with the focus.
struct ExplorerLayout: Hashable, Sendable {
    /// How much is shown at a time.
    enum Form: Sendable {
        /// One panel at a time.
        case single
        /// Tree, histogram and a few figures.
        case compact
        /// Tree, histogram and the live comparison; details take the histogram's place while they have the focus.
        case medium
        /// Everything side by side, with a strip of settings on top.
        case wide
    }

    /// How much is shown.
    let form: Form
    /// The line of settings and state between header and panels.
    private(set) var strip = Rect(0, 0, 0, 0)
    /// The tree's frame.
    private(set) var layers = Rect(0, 0, 0, 0)
    /// The histogram's frame.
    private(set) var weights = Rect(0, 0, 0, 0)
    /// The frame of the figures.
    private(set) var details = Rect(0, 0, 0, 0)
    /// The frame of the original's text.
    private(set) var original = Rect(0, 0, 0, 0)
    /// The frame of the plan's text.
    private(set) var quantized = Rect(0, 0, 0, 0)

    /// Columns left of the histogram for the scale.
    static let scaleColumns = 6

    init(size: Size, focus: Workspace.Panel = .layers) {
        let body = Rect(size).inset(top: 1, bottom: 1)
        if size.width < 80 || size.height < 24 {
            form = .single
            placeSingle(body, focus)
        } else if size.width < 100 || size.height < 30 {
            form = .compact
            placeCompact(body)
        } else if size.width < 140 || size.height < 38 {
            form = .medium
            placeMedium(body, focus)
        } else {
            form = .wide
            placeWide(body)
        }
    }

    private mutating func placeSingle(_ body: Rect, _ focus: Workspace.Panel) {
        switch focus {
        case .layers: layers = body
        case .weights: weights = body
        case .details: details = body
        }
    }

    private mutating func placeCompact(_ body: Rect) {
        let columns = body.columns([.fixed(33), .minimum(40)], spacing: 1)
        let rows = columns[1].rows([.minimum(10), .fixed(6)])
        layers = columns[0]
        weights = rows[0]
        details = rows[1]
    }

    private mutating func placeMedium(_ body: Rect, _ focus: Workspace.Panel) {
        let rows = body.rows([.minimum(14), .fixed(max(7, body.height / 4))])
        let columns = rows[0].columns([.fixed(38), .minimum(50)], spacing: 1)
        layers = columns[0]
        if focus == .details { details = columns[1] } else { weights = columns[1] }
        placeTexts(rows[1])
    }

    private mutating func placeWide(_ body: Rect) {
        strip = body.row(1).inset(3, 0)
        let panels = body.inset(top: 2)
        let columns = panels.columns([.fixed(52), .minimum(60)], spacing: 1)
        layers = columns[0]
        let rows = columns[1].rows([.minimum(20), .fixed(max(10, panels.height / 4))])
        let top = rows[0].columns([.minimum(50), .fixed(35)], spacing: 1)
        weights = top[0]
        details = top[1]
        placeTexts(rows[1])
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
