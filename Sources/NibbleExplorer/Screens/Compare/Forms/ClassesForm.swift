import NibbleEvaluation
import NibbleTerminal
import NibbleTransformers

/// Classifiers: the probabilities of the classes as bars.
struct ClassesForm: ItemForm {
    let history: String? = "classes"
    let outputNoun = "class"
    let readsPairs = true
    let bindings = ItemBindings.make(hasMasks: false, hasLogits: true)

    func fits(_ description: TransformerDescription) -> Bool {
        [.textClassifier, .imageClassifier].contains(description.kind)
    }

    /// Texts of different moods; pairs where the labels ask whether one follows from the other.
    func exampleTexts(for model: TransformerModel) -> String {
        let labels = model.description?.classLabels ?? []
        guard labels.contains(where: { $0.lowercased().contains("entail") }) else {
            return """
                A warm and funny film that I would gladly watch again.
                The room was dirty, and nobody ever answered the phone.
                It is not bad, but after all that praise I expected more.
                The train to the coast leaves at nine from platform four.
                """
        }
        return """
            A man plays the guitar on a stage. || Somebody makes music.
            A man plays the guitar on a stage. || The stage is empty.
            Two dogs run along the beach. || The dogs belong to a fisherman.
            """
    }

    func entryNote(for model: TransformerModel) -> String { "\(ComparedItem.pairSign) parts a pair" }

    func output(_ output: EncoderOutput, original: EncoderOutput, of model: TransformerModel) -> ItemOutput {
        guard case .classes(let classes) = output else { return ItemOutput(isBroken: true) }
        let labels = model.description?.classLabels ?? []
        var reference: TokenDistribution?
        if case .classes(let distribution) = original { reference = distribution }
        let record = TokenRecord(classes, against: reference, topCount: ComparisonJob.topCount) { id in
            labels.indices.contains(id) ? labels[id].printable : "\(id)"
        }
        return ItemOutput(records: [record])
    }

    func answer(to item: Int, ofPlan isPlan: Bool, in view: ItemListView) -> ItemAnswer? {
        guard let output = view.sides?.output(item, ofPlan: isPlan) else { return nil }
        return output.records.first.map(Self.answer) ?? ItemAnswer(label: "not finite")
    }

    /// `positive 98.2%`.
    static func answer(_ record: TokenRecord) -> ItemAnswer {
        ItemAnswer(
            label: TokenLabel.visible(record.text),
            figure: FigureText.percent(record.top.first?.probability ?? 0))
    }

    func drawOutput(_ view: ItemsView, in canvas: inout Canvas, rect: Rect) {
        let item = view.workspace.shownItem
        let output = view.sides?.output(item, ofPlan: false)
        let classes = output?.records.first?.top.count ?? 0
        PredictionView(view: view, noun: "class", outputs: (output, view.sides?.output(item, ofPlan: true)))
            .draw(
                in: &canvas, rect: rect, title: "Classes",
                context: "\(classes) of \(input(of: view.workspace.model).nouns.one) \(item + 1)", place: 0)
    }

    func drawStripOutput(_ view: ItemStrip, ofPlan isPlan: Bool, in canvas: inout Canvas, rect: Rect) {
        let item = view.workspace.shownItem
        PredictionStrip(theme: view.theme).draw(
            view.sides?.output(item, ofPlan: false)?.records.first,
            view.sides?.output(item, ofPlan: true)?.records.first, isPlan: isPlan, in: &canvas, rect: rect)
    }
}
