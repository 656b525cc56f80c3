import NibbleCheckpoints
import NibbleQuantization
import NibbleTerminal

/// The header and footer that every screen has, and the dialogs above it.
struct FrameView {
    let state: ApplicationState

    private var theme: Theme { state.theme }

    /// Draws everything for the state's size.
    func render() -> CellBuffer {
        var canvas = Canvas(
            size: state.size, style: Style(foreground: theme.text, background: theme.background))
        guard state.size.width >= 20, state.size.height >= 5 else {
            canvas.draw("nibble", at: Point(0, 0), style: theme.strong)
            canvas.draw(
                "Make this terminal larger.", at: Point(0, 1), style: theme.plain, width: state.size.width)
            return canvas.buffer
        }
        state.screen.draw(state, in: &canvas)
        drawHeader(in: &canvas)
        drawFooter(in: &canvas)
        OverlayView(state: state).draw(in: &canvas)
        return canvas.buffer
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
            tabs: ScreenCatalogue.tabs.map { Header.Tab(key: $0.tab.key, name: $0.screen.title) },
            selected: selected, facts: facts(workspace))
        header.draw(in: &canvas, rect: bounds, theme: theme)
    }

    /// Size before and after, damage, unsaved mark, running jobs.
    private func facts(_ workspace: Workspace) -> [[Span]] {
        let size = workspace.resolved
        let share = size.originalBytes == 0 ? 0 : Double(size.planBytes) / Double(size.originalBytes) - 1
        var sizeSpans = [Span(FigureText.bytes(size.originalBytes), theme.mutedOnBarStyle)]
        if size.planBytes != size.originalBytes {
            let color = share < 0 ? theme.good : theme.bad
            let change = "\(share < 0 ? "−" : "+")\(Int((abs(share) * 100).rounded()))%"
            sizeSpans += [
                Span(" → ", theme.mutedOnBarStyle),
                Span(FigureText.bytes(size.planBytes), Style(foreground: color).bold),
                Span(" \(change)", Style(foreground: color)),
            ]
        }
        let changed = workspace.change.map { change in
            [Span("✗ \(change.change.mark)", theme.style(change.change.touchesBytes ? .red : .orange).bold)]
        }
        let damage = workspace.currentSides.damage.map(FigureText.nats) ?? "—"
        var facts = [changed].compactMap(\.self)
        facts += [
            sizeSpans, [Span("KL ", theme.mutedOnBarStyle), Span(damage, theme.style(.yellow).bold)],
        ]
        if workspace.plans.isModified {
            let isLost = state.keepingProblem != nil
            facts.append([Span(isLost ? "● not kept" : "● unsaved", theme.style(isLost ? .red : .orange))])
        }
        let jobs = state.jobs.entries.compactMap(\.status?.text)
        if !jobs.isEmpty {
            facts.append([Span("⠿ " + jobs.joined(separator: " · "), theme.style(.purple))])
        }
        return facts
    }

    private func drawFooter(in canvas: inout Canvas) {
        let kept = SharedBindings.help
        let hints = state.screen.bindings.compactMap { binding -> Footer.Hint? in
            guard let label = binding.label, binding.keys != kept.keys else { return nil }
            return Footer.Hint(binding.shownKeys ?? binding.presses.first?.label ?? "", label)
        }
        let message = state.notice.map { notice -> [Span] in
            let slot: Slot = notice.kind == .information ? .green : notice.kind == .refusal ? .orange : .red
            let sign = notice.kind == .information ? "✓ " : notice.kind == .refusal ? "· " : "✗ "
            return [Span(sign, theme.style(slot).bold), Span(notice.text, theme.plain)]
        }
        Footer(hints: hints, kept: Footer.Hint(kept.keys[0], kept.label ?? ""), message: message)
            .draw(in: &canvas, rect: Rect(state.size), theme: theme)
    }
}

extension FileChange {
    /// A word or two for the header.
    fileprivate var mark: String {
        switch self {
        case .cutShort, .partLost, .overwritten: "stale: R reads anew"
        case .replaced: "file replaced"
        case .removed: "file removed"
        }
    }
}

extension String {
    /// At most `count` characters, the last an ellipsis where some are left out.
    func prefixed(_ count: Int) -> String { self.count <= count ? self : prefix(count - 1) + "…" }
}
