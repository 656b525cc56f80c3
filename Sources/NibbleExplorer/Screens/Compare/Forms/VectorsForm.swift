import NibbleEvaluation
import NibbleTerminal
import NibbleTransformers

/// Encoders whose output is a vector: how alike the inputs are to each other, for the original and for the plan.
struct VectorsForm: ItemForm {
    let history: String? = "sentences"
    let outputNoun = "similarity"
    let bindings = ItemBindings.make(hasMasks: false, hasLogits: false)

    func fits(_ description: TransformerDescription) -> Bool {
        [.textEmbedder, .imageEmbedder].contains(description.kind)
    }

    /// Three pairs that mean about the same in other words.
    func exampleTexts(for model: TransformerModel) -> String {
        """
        The ferry leaves the harbour at noon.
        A ship sets out in the middle of the day.
        How do I bake bread without yeast?
        A recipe for a loaf that needs no rising.
        The court dismissed the claim for lack of evidence.
        The judge threw out the case, as nothing was proven.
        """
    }

    func output(_ output: EncoderOutput, original: EncoderOutput, of model: TransformerModel) -> ItemOutput {
        guard case .vector = output else { return ItemOutput(isBroken: true) }
        return ItemOutput()
    }

    func damage(in workspace: Workspace) -> DamageFigure {
        let summary = workspace.currentItems?.summary
        return DamageFigure(
            label: "cos", value: summary?.meanCosine.map(ItemFigures.cosine), agreement: summary?.agreement)
    }

    /// `→ 2 0.71`: the nearest of the others with its similarity.
    func answer(to item: Int, ofPlan isPlan: Bool, in view: ItemListView) -> ItemAnswer? {
        guard let sides = view.sides, let output = sides.output(item, ofPlan: isPlan) else { return nil }
        guard !output.isBroken else { return ItemAnswer(label: "not finite") }
        guard let nearest = sides.nearest(item, ofPlan: isPlan),
            let similarity = sides.snapshot.similarities[isPlan ? sides.contestant ?? 0 : 0][item][nearest]
        else { return ItemAnswer(label: sides.snapshot.items.count > 1 ? "" : "—") }
        return ItemAnswer(label: "→ \(nearest + 1)", figure: FigureText.decimals(similarity, 3))
    }

    /// A frame, two lines of heads, a row for each, and the legend.
    func outputRows(_ itemCount: Int) -> Int { itemCount + 5 }

    func drawOutput(_ view: ItemsView, in canvas: inout Canvas, rect: Rect) {
        guard let sides = view.sides else { return }
        SimilarityView(
            sides: sides, chosen: view.workspace.shownItem, originalTitle: view.workspace.originalTitle,
            planTitle: view.workspace.shownPlanTitle, theme: view.theme
        ).draw(in: &canvas, rect: rect)
    }

    func drawStripOutput(_ view: ItemStrip, ofPlan isPlan: Bool, in canvas: inout Canvas, rect: Rect) {
        guard let sides = view.sides else { return }
        SimilarityMatrix(
            sides: sides, part: isPlan ? .plan : .original, chosen: view.workspace.shownItem,
            theme: view.theme
        ).draw(in: &canvas, rect: rect, hasHeads: false)
    }
}
