import NibbleEvaluation
import NibbleTerminal
import NibbleTransformers

/// What an encoder reads, and how a person gives it: one file here and one entry in ``ItemInputs``.
protocol ItemInput: Sendable {
    /// Whether a model reads such inputs.
    func fits(_ description: TransformerDescription) -> Bool
    /// How one and several of them are called.
    var nouns: (one: String, many: String) { get }
    /// The title of the dialog, and what it asks for.
    func entryTitle(_ form: any ItemForm) -> String
    /// The prompt to begin with where nobody gave one; empty where there is none.
    func example(_ form: any ItemForm, for model: TransformerModel) -> String
    /// The prompt that lies beside the model's files; may look into folders.
    func ownPrompt(of model: TransformerModel) -> String?
    /// One line about what is typed.
    func hint(_ text: String, _ form: any ItemForm, for model: TransformerModel) -> EntryHint
    /// Why a text can't be run, as a sentence; nil when it can. Touches no file.
    func entryProblem(_ text: String, _ form: any ItemForm, for model: TransformerModel) -> String?
    /// The items that a prompt means, with a remark on what is left out; may read folders.
    ///
    /// - Throws: Errors whose descriptions are sentences.
    func items(_ prompt: String, model: TransformerModel) throws -> ([ComparedItem], remark: String?)
    /// An item as the run takes it; may read its file.
    ///
    /// - Throws: Errors whose descriptions are sentences.
    func read(_ item: ComparedItem) throws -> EncoderInput
    /// Where the inputs stand on the screen.
    var arrangement: ItemsLayout.Arrangement { get }
    /// Draws the items, the chosen one among them.
    func draw(_ view: ItemListView, in canvas: inout Canvas, rect: Rect)
}

extension ItemInput {
    func ownPrompt(of model: TransformerModel) -> String? { nil }

    func draw(_ view: ItemListView, in canvas: inout Canvas, rect: Rect) {
        view.draw(in: &canvas, rect: rect)
    }
}

/// The one list of inputs.
enum ItemInputs {
    /// All inputs; the first stands for models that nothing is known of.
    static let all: [any ItemInput] = [TextLinesInput(), ImageFilesInput()]

    /// The input of a model.
    static func input(of model: TransformerModel) -> any ItemInput {
        guard let description = model.description else { return all[0] }
        return all.first { $0.fits(description) } ?? all[0]
    }
}
