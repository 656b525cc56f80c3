import NibbleCheckpoints
import NibbleTerminal
import NibbleTransformers

/// The list of models that can be opened.
struct ChooserView {
    let state: ApplicationState

    private var theme: Theme { state.theme }
    private var chooser: Chooser { state.chooser }

    /// Draws the list and, where there is room, what is known of the chosen model.
    func draw(in canvas: inout Canvas) {
        let layout = ChooserLayout(size: state.size, chooser: chooser)
        let count = chooser.models.count
        Panel(
            title: "Models", context: [Span(context, theme.mutedStyle)],
            fact: [Span(count == 0 ? "" : "\(chooser.cursor + 1)/\(count)", theme.mutedStyle)],
            isFocused: true,
            scroll: ScrollBar(total: layout.lines.count, visible: layout.area.height, offset: layout.first)
        ).draw(in: &canvas, rect: layout.frame, theme: theme)
        canvas.answer(in: layout.frame, wheel: { _ = $0.chooser.move(by: $1) })
        if count == 0 { drawEmpty(in: &canvas, rect: Panel.content(of: layout.frame)) }
        for (row, line) in layout.lines.dropFirst(layout.first).prefix(layout.area.height).enumerated() {
            draw(line, in: &canvas, line: layout.area.row(row))
        }
        if let text = message ?? noteWithoutDetails(layout) {
            drawMessage(text.0, style: text.1, in: &canvas, rect: layout.frame)
        }
        if !layout.details.isEmpty { drawDetails(in: &canvas, rect: layout.details) }
    }

    private var context: String {
        chooser.isSearching ? "looking …" : chooser.filter.isEmpty ? "" : "/\(chooser.filter)/"
    }

    private var message: (String, Style)? {
        if let opening = state.opening {
            return ("Opening \(opening.lastPathComponent.printable) …", theme.style(.purple))
        }
        if let problem = chooser.problem { return (problem, theme.style(.red)) }
        return nil
    }

    /// What a person should know of the chosen model, where there is no room for details.
    private func noteWithoutDetails(_ layout: ChooserLayout) -> (String, Style)? {
        guard layout.details.isEmpty, let note = chooser.chosen.flatMap({ notes(on: $0).first }) else {
            return nil
        }
        return (note.text.printable, theme.style(note.slot))
    }

    /// A sentence over the lower end of the list.
    private func drawMessage(_ text: String, style: Style, in canvas: inout Canvas, rect: Rect) {
        let content = Panel.content(of: rect)
        let lines = text.wrapped(to: content.width).prefix(max(1, content.height - 1))
        let area = Rect(content.x, content.bottom - lines.count, content.width, lines.count)
        canvas.fill(
            Rect(rect.x + 1, area.y - 1, rect.width - 2, lines.count + 1),
            style: Style(foreground: theme.text, background: theme.background))
        canvas.draw(lines: Array(lines), in: area, style: style)
    }

    private func drawEmpty(in canvas: inout Canvas, rect: Rect) {
        let text =
            chooser.isSearching
            ? "Looking for models …"
            : !chooser.filter.isEmpty
                ? "No model's name matches the filter: Esc takes it off, / changes it."
                : "No models here. Start nibble with a path: nibble MODEL opens a Hugging Face directory or a safetensors file."
        canvas.draw(lines: text.wrapped(to: rect.width), in: rect.inset(top: 1), style: theme.mutedStyle)
    }

    private func draw(_ line: ChooserLayout.Line, in canvas: inout Canvas, line rect: Rect) {
        switch line {
        case .blank: break
        case .heading(let text):
            canvas.draw(
                text, at: Point(rect.x + 2, rect.y), style: theme.style(.blue).bold, width: rect.width - 2)
        case .model(let index):
            canvas.answer(in: rect, click: { state, _ in state.choose(model: index) })
            draw(chooser.models[index], isChosen: index == chooser.cursor, in: &canvas, rect: rect)
        }
    }

    private func draw(_ model: ModelDiscovery.Candidate, isChosen: Bool, in canvas: inout Canvas, rect: Rect)
    {
        if isChosen {
            canvas.highlight(rect, theme.bar)
            canvas.placeCursor(at: rect.origin)
            canvas.draw("▌", at: rect.origin, style: Style(foreground: theme.focus))
        }
        let columns = rect.inset(left: 3, right: 2).columns(
            [.minimum(16), .fixed(rect.width >= 70 ? 14 : 0), .fixed(9), .fixed(rect.width >= 56 ? 16 : 2)],
            spacing: 1)
        let quiet = isChosen ? theme.mutedOnBarStyle : theme.mutedStyle
        canvas.draw(
            model.displayName.printable, at: columns[0].origin, style: isChosen ? theme.strong : theme.plain,
            width: columns[0].width)
        canvas.draw(
            Self.kind(of: model), at: columns[1].origin, style: quiet, width: columns[1].width)
        canvas.draw(
            FigureText.bytes(model.weightByteCount), at: columns[2].origin, style: quiet,
            width: columns[2].width,
            alignment: .trailing)
        let ability = Self.ability(of: model, chooser.glances[model.url])
        canvas.draw(
            ability.text, at: Point(columns[3].x + 1, columns[3].y), style: theme.style(ability.slot),
            width: max(0, columns[3].width - 1))
    }

    /// The architecture's name; of a GGUF file, that it is one.
    private static func kind(of model: ModelDiscovery.Candidate) -> String {
        let name = model.kind?.printable ?? "—"
        return model.checkpointKind == "GGUF" ? "\(name) GGUF" : name
    }

    /// Whether a model can run, can only be looked at, or not even that, as far as its configuration tells.
    static func ability(
        of model: ModelDiscovery.Candidate, _ glance: ModelGlance?
    ) -> (text: String, slot: Slot) {
        if model.problem != nil { return ("✗ can't open", .red) }
        guard model.browseOnly == nil, glance?.problem == nil, let kind = model.checkpointKind,
            let configuration = model.configuration,
            ArchitectureCatalogue.isKnown(configuration, in: kind)
        else { return ("· browse only", .orange) }
        return glance?.remarks.isEmpty ?? true ? ("✓ runs", .green) : ("! runs, remarks", .yellow)
    }

    private func drawDetails(in canvas: inout Canvas, rect: Rect) {
        Panel(title: "Model").draw(in: &canvas, rect: rect, theme: theme)
        guard let model = chooser.chosen else { return }
        let content = Panel.content(of: rect)
        var rows: [(String, String)] = [
            ("kind", Self.kind(of: model)), ("size", FigureText.bytes(model.weightByteCount)),
        ]
        if model.partCount > 1 { rows.append(("parts", "\(model.partCount)")) }
        if let names = model.configuration?.architectures, !names.isEmpty {
            rows.append(("architecture", names.joined(separator: ", ").printable))
        }
        var y = content.y
        canvas.draw(
            model.displayName.printable, at: content.origin, style: theme.strong, width: content.width)
        for (label, value) in rows {
            y += 1
            canvas.draw(label, at: Point(content.x, y), style: theme.mutedStyle)
            canvas.draw(value, at: Point(content.x + 14, y), style: theme.plain, width: content.width - 14)
        }
        y += 2
        let paths = model.url.path.printable.wrapped(to: content.width)
        canvas.draw(lines: paths, in: Rect(content.x, y, content.width, 4), style: theme.mutedStyle)
        y += min(4, paths.count) + 1
        for (text, slot) in notes(on: model) {
            let lines = text.printable.wrapped(to: content.width)
            let area = Rect(content.x, y, content.width, min(lines.count, max(0, content.bottom - y)))
            canvas.draw(lines: lines, in: area, style: theme.style(slot))
            y += area.height + 1
        }
    }

    /// Why a model can't be opened or run, and what in its files isn't understood.
    private func notes(on model: ModelDiscovery.Candidate) -> [(text: String, slot: Slot)] {
        if let problem = model.problem { return [(problem, .red)] }
        let glance = chooser.glances[model.url]
        let problem = glance?.problem ?? model.browseOnly
        return (problem.map { [($0, .orange)] } ?? []) + (glance?.remarks ?? []).map { ($0, .yellow) }
    }
}
