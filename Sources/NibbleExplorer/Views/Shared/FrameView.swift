import NibbleCheckpoints
import NibbleQuantization
import NibbleTerminal

/// The header and footer that every screen has, and the dialogs above it.
struct FrameView {
    let state: ApplicationState

    private var theme: Theme { state.theme }

    /// The cells for the state's size.
    func render() -> CellBuffer { draw().buffer }

    /// Draws everything for the state's size, with what answers to the mouse.
    func draw() -> Canvas {
        var canvas = Canvas(
            size: state.size, style: Style(foreground: theme.text, background: theme.background))
        guard state.size.width >= 20, state.size.height >= 5 else {
            canvas.draw("nibble", at: Point(0, 0), style: theme.strong)
            canvas.draw(
                "Make this terminal larger.", at: Point(0, 1), style: theme.plain, width: state.size.width)
            return canvas
        }
        state.screen.draw(state, in: &canvas)
        drawHeader(in: &canvas)
        drawFooter(in: &canvas)
        OverlayView(state: state).draw(in: &canvas)
        return canvas
    }

    private func drawHeader(in canvas: inout Canvas) {
        let bounds = Rect(state.size)
        guard let selected = state.selectedTab, let workspace = state.workspace else {
            Header(title: "a terminal explorer for transformer quantization").draw(
                in: &canvas, rect: bounds, theme: theme)
            return
        }
        let header = Header(
            title: workspace.model.name.printable.prefixed(28),
            context: "· \(FigureText.count(workspace.parameterCount)) weights",
            tabs: ScreenCatalogue.tabs.map { screen, tab in
                Header.Tab(
                    key: tab.key, name: screen.title,
                    target: KeyPress(parsing: tab.key).map(MouseAnswer.key))
            },
            selected: selected, facts: facts(workspace))
        header.draw(in: &canvas, rect: bounds, theme: theme)
    }

    /// Size before and after, damage, unsaved mark, running jobs.
    private func facts(_ workspace: Workspace) -> [Header.Fact] {
        let damage = workspace.form.damage(in: workspace)
        var facts = [
            Header.Fact(sizes(workspace.resolved), need: 2),
            Header.Fact(
                [
                    [
                        Span("\(damage.label) ", theme.mutedOnBarStyle),
                        Span(damage.value ?? "—", theme.style(.yellow).bold),
                    ]
                ], need: 3),
        ]
        if workspace.plans.isModified {
            let isLost = state.keepingProblem != nil
            let style = theme.style(isLost ? .red : .orange)
            facts.append(
                Header.Fact(
                    [[Span(isLost ? "● not kept" : "● unsaved", style)], [Span("●", style)]], need: 4))
        }
        if let change = workspace.change?.change {
            let style = theme.style(change.touchesBytes ? .red : .orange).bold
            facts.append(Header.Fact([[Span("✗ \(change.mark)", style)]], need: 5))
        }
        let remarks = workspace.model.remarks.count
        if remarks > 0 {
            let style = theme.style(.orange)
            let words = "! \(remarks) \(remarks == 1 ? "remark" : "remarks")"
            facts.append(Header.Fact([[Span(words, style)], [Span("!\(remarks)", style)]], need: 2))
        }
        let jobs = state.jobs.entries.compactMap(\.status?.text)
        if !jobs.isEmpty {
            let style = theme.style(.purple)
            facts.append(
                Header.Fact(
                    [[Span("⠿ " + jobs.joined(separator: " · "), style)], [Span("⠿", style)]], need: 1))
        }
        return facts
    }

    /// The size before and under the plan; where it is narrow, under the plan alone.
    private func sizes(_ plan: PlanByLayer) -> [[Span]] {
        let before = FigureText.bytes(plan.originalBytes)
        guard plan.planBytes != plan.originalBytes else { return [[Span(before, theme.mutedOnBarStyle)]] }
        let share = plan.originalBytes == 0 ? 0 : Double(plan.planBytes) / Double(plan.originalBytes) - 1
        let color = share < 0 ? theme.good : theme.bad
        let after = [
            Span(FigureText.bytes(plan.planBytes), Style(foreground: color).bold),
            Span(
                " \(share < 0 ? "−" : "+")\(Int((abs(share) * 100).rounded()))%", Style(foreground: color)),
        ]
        return [[Span("\(before) → ", theme.mutedOnBarStyle)] + after, after]
    }

    private func drawFooter(in canvas: inout Canvas) {
        let kept = SharedBindings.help
        let hints = state.screen.bindings(in: state).compactMap { binding -> Footer.Hint? in
            // The way to where one is already is no help.
            guard let label = binding.label, binding.keys != kept.keys,
                binding.keys.first != state.screen.tab?.key
            else { return nil }
            return Footer.Hint(
                binding.shownKeys ?? binding.presses.first?.label ?? "", label,
                target: binding.presses.first.map(MouseAnswer.key))
        }
        let message = state.notice.map { notice -> [Span] in
            let slot: Slot = notice.kind == .information ? .green : notice.kind == .refusal ? .orange : .red
            let sign = notice.kind == .information ? "✓ " : notice.kind == .refusal ? "· " : "✗ "
            return [Span(sign, theme.style(slot).bold), Span(notice.text, theme.plain)]
        }
        Footer(hints: hints, kept: .key(kept.keys[0], kept.label ?? ""), message: message)
            .draw(in: &canvas, rect: Rect(state.size), theme: theme)
    }
}

extension FileChange {
    /// A word or two for the header.
    fileprivate var mark: String {
        switch self {
        case .cutShort, .partLost, .overwritten: "stale"
        case .replaced: "file replaced"
        case .removed: "file removed"
        }
    }
}

extension String {
    /// At most `count` characters, the last an ellipsis where some are left out.
    func prefixed(_ count: Int) -> String { self.count <= count ? self : prefix(count - 1) + "…" }
}
