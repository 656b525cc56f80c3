import NibbleCheckpoints
import NibbleTerminal

/// Where the rows of the model list stand.
struct ChooserLayout {
    /// A line of the list.
    enum Line: Hashable {
        case heading(String)
        /// A model by its index over all sections.
        case model(Int)
        case blank
    }

    /// The lines from top to bottom.
    let lines: [Line]
    /// The list's frame.
    let frame: Rect
    /// The frame of the chosen model's details; empty where there is no room.
    let details: Rect
    /// The first line in sight.
    let first: Int

    init(size: Size, chooser: Chooser) {
        var lines: [Line] = []
        var index = 0
        for section in chooser.sections where !section.models.isEmpty {
            if !lines.isEmpty { lines.append(.blank) }
            lines.append(.heading(section.title))
            lines += section.models.indices.map { .model(index + $0) }
            index += section.models.count
        }
        self.lines = lines
        let body = Rect(size).inset(top: 1, bottom: 1)
        let isWide = size.width >= 110 && size.height >= 20
        let parts = body.columns([.minimum(40), .fixed(isWide ? 46 : 0)], spacing: isWide ? 1 : 0)
        frame = parts[0]
        details = isWide ? parts[1] : Rect(0, 0, 0, 0)
        let height = Panel.interior(of: frame).height
        let cursor = lines.firstIndex(of: .model(chooser.cursor)) ?? 0
        first = min(max(0, cursor - height / 2), max(0, lines.count - height))
    }

    /// Where the lines go.
    var area: Rect { Panel.interior(of: frame) }
}
