import NibbleEvaluation
import NibbleKernels
import NibbleTransformers

extension ComparisonJob {
    /// Reads one input after the other with original and plans of an encoder.
    ///
    /// What is wrong with one input is noted beside it; the others are compared all the same.
    func compareItems(_ form: any ItemForm, _ tools: JobTools, _ desk: JobDesk<ComparisonOutcome>) throws {
        let input = form.input(of: model)
        let (items, remark) = try input.items(key.prompt, model: model)
        let contestants = try Contestants.prepare(
            key.plans, of: model, encodings: tools.encodings, contextLength: 1, pool: tools.pool,
            cancellation: desk.cancellation
        ) { desk.show("encoding", share: $0) }
        let run = try EncoderRun(
            model: model, contestants: contestants, pool: tools.pool, references: tools.outputs)
        var snapshot = ItemSnapshot(items: items, plans: key.plans)
        snapshot.remark = remark ?? run.remark
        var vectors: [[[Float]]] = []
        let clock = ContinuousClock()
        var shown = clock.now
        for (index, item) in items.enumerated() {
            if items.count > 1 {
                desk.show(
                    "\(input.nouns.one) \(index + 1) of \(items.count)",
                    share: Double(index) / Double(items.count))
            }
            let (result, own) = try read(item, run, form, desk.cancellation) { pictures in
                snapshot.pictures[index] = pictures
                // The first is seen before anything has been made of it.
                if index == 0 { desk.report(.items(snapshot), isLatest: true) }
            }
            vectors.append(own)
            snapshot.append(
                result, similarities: Self.similarities(vectors, contestants: key.plans.count + 1))
            (snapshot.seconds, snapshot.reports) = (run.computeSeconds, run.reports)
            // What is seen for less than a tenth of a second is not seen.
            guard index == items.count - 1 || clock.now - shown > .milliseconds(100) else { continue }
            shown = clock.now
            desk.report(.items(snapshot), isLatest: true)
        }
    }

    /// What all make of an item, with the vector of each; a sentence where nothing comes of it.
    ///
    /// - Parameter show: Called with an image as soon as it has been read.
    private func read(
        _ item: ComparedItem, _ run: EncoderRun, _ form: any ItemForm, _ cancellation: Cancellation,
        show: (ItemPictures) -> Void
    ) throws -> (ItemResult, [[Float]]) {
        do {
            let input = try form.input(of: model).read(item)
            let prepared = Result { try run.prepare(input) }
            // An image is shown also where the model cannot read it.
            if let pictures = ItemPictures(input, read: try? prepared.get()) { show(pictures) }
            let result = try run.run(input, prepared: prepared.get(), cancellation: cancellation)
            let outputs = result.outputs.map { form.output($0, original: result.outputs[0], of: model) }
            return (
                ItemResult(
                    cutCount: result.encoded?.cutCount ?? 0, outputs: outputs,
                    differences: result.differences), result.outputs.map(\.vector)
            )
        } catch {
            try cancellation.check()
            return (ItemResult(problem: "\(error)".printable), [])
        }
    }

    /// How alike the newest vectors are to those of the items before, for the original and each plan.
    private static func similarities(_ vectors: [[[Float]]], contestants: Int) -> [[Double?]] {
        (0..<contestants).map { contestant in
            func vector(_ item: [[Float]]) -> [Float] {
                item.indices.contains(contestant) ? item[contestant] : []
            }
            guard let newest = vectors.last.map(vector), !newest.isEmpty else {
                return vectors.map { _ in nil }
            }
            return vectors.map { Similarity.cosine(vector($0), newest) }
        }
    }
}

extension EncoderOutput {
    /// The vector; empty for other outputs.
    fileprivate var vector: [Float] { if case .vector(let vector) = self { vector } else { [] } }
}
