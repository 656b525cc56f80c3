import NibbleEvaluation
import NibbleTerminal
import NibbleTransformers

/// Masked language models: the likeliest words behind each mask.
struct MaskedWordsForm: ItemForm {
    let history: String? = "masks"
    let outputNoun = "word"
    let bindings = ItemBindings.make(hasMasks: true, hasLogits: true)

    func fits(_ description: TransformerDescription) -> Bool { description.kind == .maskedLanguageModel }

    /// The mask as the tokenizer writes it.
    static func mask(of model: TransformerModel) -> String {
        guard let tokenizer = model.tokenizer, let mask = tokenizer.mask else { return "" }
        return tokenizer.text(ofToken: mask).withoutOuterBlanks
    }

    func exampleTexts(for model: TransformerModel) -> String {
        let mask = Self.mask(of: model)
        return """
            The capital of France is \(mask).
            She poured a cup of hot \(mask) and sat down by the \(mask).
            The \(mask) barked at the postman all morning.
            """
    }

    func entryNote(for model: TransformerModel) -> String { "\(Self.mask(of: model)) stands for a word" }

    func problem(ofTexts texts: [TextInput], for model: TransformerModel) -> String? {
        let mask = Self.mask(of: model)
        guard !mask.isEmpty, let index = texts.firstIndex(where: { !$0.text.contains(mask) }) else {
            return nil
        }
        return
            "Text \(index + 1) has no word to be guessed: write \(mask.printable) where one should be."
    }

    func output(_ output: EncoderOutput, original: EncoderOutput, of model: TransformerModel) -> ItemOutput {
        guard case .masks(let masks) = output else { return ItemOutput(isBroken: true) }
        var references: [TokenDistribution] = []
        if case .masks(let places) = original { references = places.map(\.words) }
        return ItemOutput(
            records: masks.enumerated().map { index, mask in
                TokenRecord(
                    mask.words, position: mask.place,
                    against: references.indices.contains(index) ? references[index] : nil,
                    topCount: ComparisonJob.topCount
                ) { model.tokenizer?.text(ofToken: $0) ?? "[\($0)]" }
            })
    }

    // MARK: The list

    /// The text with the mask under the cursor marked.
    func text(of item: Int, in view: ItemListView) -> [Span] {
        let mask = Self.mask(of: view.workspace.model)
        let style = view.textStyle(item)
        guard !mask.isEmpty else { return [Span(view.items[item].title, style)] }
        let parts = view.items[item].title.split(separator: mask, omittingEmptySubsequences: false)
        var spans: [Span] = []
        for (index, part) in parts.enumerated() {
            if index > 0 {
                let isChosen = item == view.workspace.shownItem && index - 1 == view.workspace.shownPlace
                let color = view.theme.plan
                spans.append(
                    Span(
                        mask,
                        isChosen
                            ? Style(foreground: view.theme.ink(on: color), background: color).bold.highlight
                            : view.theme.style(.purple)))
            }
            spans.append(Span(String(part), style))
        }
        return spans
    }

    /// The words behind the masks, with the probability where it is one.
    func answer(to item: Int, ofPlan isPlan: Bool, in view: ItemListView) -> ItemAnswer? {
        guard let output = view.sides?.output(item, ofPlan: isPlan) else { return nil }
        guard let first = output.records.first else { return ItemAnswer(label: "not finite") }
        guard output.records.count > 1 else { return ClassesForm.answer(first) }
        return ItemAnswer(label: output.records.map { TokenLabel.visible($0.text) }.joined(separator: " · "))
    }

    // MARK: The outputs

    func drawOutput(_ view: ItemsView, in canvas: inout Canvas, rect: Rect) {
        let (item, place) = (view.workspace.shownItem, view.workspace.shownPlace)
        let outputs = (view.sides?.output(item, ofPlan: false), view.sides?.output(item, ofPlan: true))
        let count = outputs.0?.records.count ?? 0
        let hasMasks = count > 1 && rect.height >= 10
        let rows = rect.rows([.fixed(hasMasks ? 3 : 0), .fill(weight: 1)])
        if hasMasks { MaskRowView(view: view, item: item).draw(in: &canvas, rect: rows[0]) }
        PredictionView(view: view, noun: "word", outputs: outputs).draw(
            in: &canvas, rect: rows[1], title: "Words",
            context: "mask \(place + 1) of \(max(count, 1)), text \(item + 1)", place: place)
    }

    func drawStripOutput(_ view: ItemStrip, ofPlan isPlan: Bool, in canvas: inout Canvas, rect: Rect) {
        let (item, place) = (view.workspace.shownItem, view.workspace.shownPlace)
        func record(_ isPlan: Bool) -> TokenRecord? {
            guard let records = view.sides?.output(item, ofPlan: isPlan)?.records,
                records.indices.contains(place)
            else { return nil }
            return records[place]
        }
        PredictionStrip(theme: view.theme).draw(
            record(false), record(true), isPlan: isPlan, in: &canvas, rect: rect)
    }
}

/// The masks of the chosen text side by side: the word of both, and how far they are apart.
struct MaskRowView {
    let view: ItemsView
    let item: Int

    /// Draws the masks around the chosen one; a click chooses another.
    func draw(in canvas: inout Canvas, rect: Rect) {
        let theme = view.theme
        Panel(title: "Masks", context: [Span("KL of each in nats", theme.mutedStyle)]).draw(
            in: &canvas, rect: rect, theme: theme)
        guard let original = view.sides?.output(item, ofPlan: false)?.records else { return }
        let plan = view.sides?.output(item, ofPlan: true)?.records
        let chosen = view.workspace.shownPlace
        let content = Panel.content(of: rect)
        let width = max(16, min(40, content.width / max(1, original.count)))
        let room = max(1, content.width / width)
        let first = min(max(0, chosen - room / 2), max(0, original.count - room))
        for (column, place) in (first..<min(original.count, first + room)).enumerated() {
            let cell = Rect(content.x + column * width, content.y, width - 1, 1)
            let after = plan.flatMap { $0.indices.contains(place) ? $0[place] : nil }
            let isOther = after?.agrees == false
            let before = TokenLabel.visible(original[place].text)
            let kl = after?.klDivergence.map(FigureText.nats) ?? "—"
            if place == chosen { canvas.highlight(cell, theme.bar) }
            let label = place == chosen ? theme.mutedOnBarStyle : theme.mutedStyle
            canvas.draw(
                [
                    Span(isOther ? "◆" : " ", theme.style(.orange).bold), Span("\(place + 1) ", label),
                    Span(before, theme.plain),
                    Span(
                        isOther ? " → " + TokenLabel.visible(after?.text ?? "") : "", theme.style(.red).bold),
                ], at: cell.origin, width: max(0, cell.width - kl.columns - 1))
            canvas.draw(kl, at: cell.origin, style: label, width: cell.width, alignment: .trailing)
            canvas.answer(
                in: cell, click: { state, _ in state.workspace?.comparison.itemCursor.place = place })
        }
    }
}
