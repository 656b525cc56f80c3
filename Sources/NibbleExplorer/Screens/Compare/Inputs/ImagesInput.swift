import Foundation
import NibbleEvaluation
import NibbleHome
import NibbleImages
import NibbleTerminal
import NibbleTransformers

/// Images: on each line a file, or a folder with all images in it.
struct ImagesInput: ItemInput {
    let nouns = (one: "image", many: "images")
    let arrangement = ItemsLayout.Arrangement.beside

    /// Images that are compared at once, at most.
    static let mostImages = 200

    func fits(_ description: TransformerDescription) -> Bool { description.input is PatchInput }

    func entryTitle(_ form: any ItemForm) -> String { "Images, a file or a folder on each line" }

    /// The folder `examples` beside the weights, where there is one.
    func example(_ form: any ItemForm, for model: TransformerModel) -> String {
        let folder = model.directory.appendingPathComponent("examples")
        return ImageFolder.isFolder(folder.path) ? UserPath.short(folder) : ""
    }

    func items(_ prompt: String, model: TransformerModel) throws -> ([ComparedItem], remark: String?) {
        var files: [String] = []
        for path in Self.paths(prompt) {
            let place = try UserPath.file(path).path
            guard ImageFolder.isFolder(place) else {
                files.append(place)
                continue
            }
            let images = try ImageFolder.images(in: place)
            guard !images.isEmpty else {
                throw EvaluationError.data("The folder \(path.printable) has no PNG or JPEG image.")
            }
            files += images
        }
        guard !files.isEmpty else { throw EvaluationError.data(Self.emptyProblem) }
        let remark =
            files.count > Self.mostImages
            ? "The first \(Self.mostImages) of \(FigureText.grouped(files.count)) images: nibble eval takes more." : nil
        return (files.prefix(Self.mostImages).map { .image(URL(fileURLWithPath: $0)) }, remark)
    }

    func read(_ item: ComparedItem, model: TransformerModel) throws -> EncoderInput {
        guard case .image(let file) = item else { throw EvaluationError.data(Self.emptyProblem) }
        return .image(try ImageInput.read(file.path))
    }

    func draw(_ view: ItemListView, in canvas: inout Canvas, rect: Rect) {
        PicturesView(list: view).draw(in: &canvas, rect: rect)
    }

    // MARK: The dialog

    func hint(_ text: String, _ form: any ItemForm, for model: TransformerModel) -> EntryHint {
        let count = Self.paths(text).count
        let size = model.imagePreparation?.size.map { ", read as \($0.text) pixels" } ?? ""
        return EntryHint(
            text: count == 0 ? "~/pictures, or cat.png" : (count == 1 ? "1 path" : "\(count) paths") + size)
    }

    func entryProblem(_ text: String, _ form: any ItemForm, for model: TransformerModel) -> String? {
        Self.paths(text).isEmpty ? Self.emptyProblem : nil
    }

    private static func paths(_ prompt: String) -> [String] {
        prompt.split(whereSeparator: \.isNewline).map { String($0).withoutOuterBlanks }.filter { !$0.isEmpty }
    }

    private static let emptyProblem = "There is no image: name a PNG or JPEG file, or a folder of them."
}
