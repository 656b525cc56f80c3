import NibbleTerminal

/// Where the parts of the comparison screen stand.
struct CompareLayout: Hashable, Sendable {
    /// The line of mode, prompt and agreement.
    let strip: Rect
    /// The frame of the original's text.
    let original: Rect
    /// The frame of the plan's text.
    let plan: Rect
    /// The frame of the divergences; empty where there is no room.
    let divergence: Rect
    /// The frame of the candidates for the token under the cursor.
    let candidates: Rect
    /// The frame of the layers' counters; empty where there is no room.
    let counters: Rect

    init(size: Size) {
        let body = Rect(size).inset(top: 1, bottom: 1)
        strip = size.height >= 30 ? body.row(1).inset(3, 0) : body.row(0).inset(2, 0)
        let panels = body.inset(top: size.height >= 30 ? 2 : 1)
        let divergenceHeight = panels.height >= 34 ? 8 : panels.height >= 24 ? 6 : panels.height >= 14 ? 4 : 0
        let candidatesHeight =
            panels.height >= 34 ? 16 : panels.height >= 24 ? 9 : panels.height >= 12 ? 7 : 0
        let rows = panels.rows([.minimum(4), .fixed(divergenceHeight), .fixed(candidatesHeight)])
        let halves = rows[0].columns([.fill(weight: 1), .fill(weight: 1)], spacing: 1)
        original = halves[0]
        plan = halves[1]
        divergence = rows[1]
        let bottom = rows[2].columns(
            [.minimum(40), .fixed(size.width >= 130 ? 58 : 0)], spacing: size.width >= 130 ? 1 : 0)
        candidates = bottom[0]
        counters = bottom[1]
    }

    /// Where the text of a side goes.
    func text(ofPlan isPlan: Bool) -> Rect { Panel.content(of: isPlan ? plan : original) }

    /// Whether line starts carry token numbers.
    var isNumbered: Bool { original.width >= 48 }

    /// The columns for the words of a text.
    var textWidth: Int {
        let width = min(text(ofPlan: false).width, text(ofPlan: true).width)
        return max(4, width - (isNumbered ? TokenTextView.gutter : 0) - 1)
    }

    /// Where the columns of the divergence chart go.
    var divergenceChart: Rect {
        Panel.content(of: divergence).inset(
            left: divergence.height >= 5 ? 6 : 0, bottom: divergence.height >= 6 ? 2 : 0)
    }
}
