import NibbleEvaluation
import NibbleTransformers

/// Texts, one on each line; a classifier reads two together that `||` parts.
struct TextLinesInput: ItemInput {
    let nouns = (one: "text", many: "texts")
    let arrangement = ItemsLayout.Arrangement.above

    /// Texts that are compared at once, at most.
    static let mostTexts = 200

    func fits(_ description: TransformerDescription) -> Bool { description.input is TokenInput }

    func entryTitle(_ form: any ItemForm) -> String { "Texts, one on each line" }

    func example(_ form: any ItemForm, for model: TransformerModel) -> String {
        form.exampleTexts(for: model)
    }

    func items(_ prompt: String, model: TransformerModel) throws -> ([ComparedItem], remark: String?) {
        let inputs = Self.inputs(prompt, readsPairs: ComparisonForms.itemForm(of: model)?.readsPairs == true)
        guard !inputs.isEmpty else { throw EvaluationError.data(Self.emptyProblem) }
        guard inputs.count <= Self.mostTexts else {
            throw EvaluationError.data(Self.problem(count: inputs.count))
        }
        return (inputs.map(ComparedItem.text), nil)
    }

    func read(_ item: ComparedItem) throws -> EncoderInput {
        guard case .text(let input) = item else { throw EvaluationError.emptyPrompt }
        return .text(input)
    }

    /// The texts of a prompt: lines without blanks at their ends; empty ones are left out.
    static func inputs(_ prompt: String, readsPairs: Bool) -> [TextInput] {
        prompt.split(whereSeparator: \.isNewline).compactMap { line in
            let text = String(line).withoutOuterBlanks
            guard !text.isEmpty else { return nil }
            guard readsPairs, let sign = text.firstRange(of: ComparedItem.pairSign) else {
                return TextInput(text)
            }
            let first = String(text[..<sign.lowerBound]).withoutOuterBlanks
            let second = String(text[sign.upperBound...]).withoutOuterBlanks
            return second.isEmpty ? TextInput(first) : TextInput(first, pair: second)
        }
    }

    // MARK: The dialog

    func hint(_ text: String, _ form: any ItemForm, for model: TransformerModel) -> EntryHint {
        let inputs = Self.inputs(text, readsPairs: form.readsPairs)
        let count = inputs.count == 1 ? "1 text" : "\(FigureText.grouped(inputs.count)) texts"
        guard let tokenizer = model.tokenizer, text.count <= EntryHint.longestCounted else {
            return EntryHint(text: count)
        }
        let longest = inputs.map { tokenizer.encode($0.text, pair: $0.pair).ids.count }.max() ?? 0
        let limit = model.contextLength
        let tokens =
            longest > limit
            ? ", one of \(FigureText.grouped(longest)) tokens is cut to \(FigureText.grouped(limit))"
            : longest > 0
                ? ", \(FigureText.grouped(longest)) of \(FigureText.grouped(limit)) tokens at most" : ""
        let note = form.entryNote(for: model)
        return EntryHint(
            text: count + tokens + (note.isEmpty ? "" : " · \(note)"), isWarning: longest > limit)
    }

    func entryProblem(_ text: String, _ form: any ItemForm, for model: TransformerModel) -> String? {
        let inputs = Self.inputs(text, readsPairs: form.readsPairs)
        if inputs.isEmpty { return Self.emptyProblem }
        if inputs.count > Self.mostTexts { return Self.problem(count: inputs.count) }
        return form.problem(ofTexts: inputs, for: model)
    }

    private static let emptyProblem = "There is no text: type one on each line."

    private static func problem(count: Int) -> String {
        "These are \(FigureText.grouped(count)) texts, and \(mostTexts) are compared at most: nibble eval takes more."
    }
}

extension String {
    /// The text without white space at its ends.
    var withoutOuterBlanks: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
