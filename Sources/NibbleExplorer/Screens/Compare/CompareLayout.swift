import NibbleTerminal

/// Where the parts of the comparison screen stand.
///
/// Width and height are given away apart: below 130 columns the layers give way to the candidates, and with fewer rows
/// first the candidates and then the divergences give way to the texts.
struct CompareLayout: Hashable, Sendable {
    /// The line of mode, prompt and agreement.
    let strip: Rect
    /// The frame of the original's text.
    let original: Rect
    /// The frame of the plan's text.
    let plan: Rect
    /// The frame of the divergences; empty where there is no room.
    let divergence: Rect
    /// The frame of the candidates for the token under the cursor; empty where there is no room.
    let candidates: Rect
    /// The frame of the layers that moved the token; empty where there is no room.
    let layers: Rect

    init(size: Size) {
        let body = Rect(size).inset(top: 1, bottom: 1)
        let isRoomy = size.height >= 36
        strip = (isRoomy ? body.row(1) : body.row(0)).inset(size.width >= 80 ? 3 : 1, 0)
        let panels = body.inset(top: isRoomy ? 2 : 1)
        let heights = Self.heights(panels.height)
        let rows = panels.rows([.minimum(4), .fixed(heights.divergence), .fixed(heights.candidates)])
        let halves = rows[0].columns([.fill(weight: 1), .fill(weight: 1)], spacing: 1)
        original = halves[0]
        plan = halves[1]
        divergence = rows[1]
        let hasLayers = size.width >= 130
        let layerColumns = size.width >= 220 ? size.width * 2 / 5 : 58
        let bottom = rows[2].columns(
            [.minimum(40), .fixed(hasLayers ? layerColumns : 0)], spacing: hasLayers ? 1 : 0)
        candidates = bottom[0]
        layers = bottom[1]
    }

    /// High screens show more candidates and a higher chart; the text keeps at least a third.
    private static func heights(_ height: Int) -> (divergence: Int, candidates: Int) {
        switch height {
        case 60...: (height / 6, height * 2 / 5)
        case 34...: (8, 16)
        case 24...: (6, 9)
        case 16...: (5, 7)
        case 11...: (5, 0)
        default: (0, 0)
        }
    }

    /// Whether a line below the text tells the position and what the marks mean.
    var hasFoot: Bool { original.height >= 10 }

    /// Where the text of a side goes.
    func text(ofPlan isPlan: Bool) -> Rect {
        Panel.content(of: isPlan ? plan : original).inset(
            top: original.height >= 14 ? 1 : 0, bottom: hasFoot ? 2 : 0)
    }

    /// The line below the text of a side.
    func foot(ofPlan isPlan: Bool) -> Rect {
        let content = Panel.content(of: isPlan ? plan : original)
        return content.row(content.height - 1)
    }

    /// Whether line starts carry token numbers.
    var isNumbered: Bool { original.width >= 48 }

    /// The columns for the words of a text.
    var textWidth: Int {
        let width = min(text(ofPlan: false).width, text(ofPlan: true).width)
        return max(4, width - (isNumbered ? TokenTextView.gutter : 0) - 1)
    }

    /// Rows below the columns of the chart: one for the axis with its marks, one for numbers.
    var axisRows: Int { divergence.height >= 6 ? 2 : divergence.height >= 5 ? 1 : 0 }

    /// Where the columns of the divergence chart go.
    var divergenceChart: Rect {
        Panel.content(of: divergence).inset(
            left: divergence.width >= 60 && divergence.height >= 5 ? 6 : 0, bottom: axisRows)
    }

    /// Tokens that a first run writes: about what the texts have room for.
    var firstRunTokens: Int {
        let rect = text(ofPlan: false)
        return min(max(64, rect.width * rect.height / 12 / 32 * 32), 256)
    }
}
