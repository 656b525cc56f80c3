import Foundation
import NibbleEvaluation
import NibbleHome
import NibbleImages
import NibbleTerminal
import NibbleTransformers

/// Images: the path of a file or of a folder on each line; a folder stands for the images in it.
struct ImageFilesInput: ItemInput {
    let nouns = (one: "image", many: "images")
    let arrangement = ItemsLayout.Arrangement.beside

    /// Images of a folder that are compared, at most.
    static let mostImages = 200

    func fits(_ description: TransformerDescription) -> Bool { description.input is PatchInput }

    func entryTitle(_ form: any ItemForm) -> String { "The path of an image, or of a folder of images" }

    func example(_ form: any ItemForm, for model: TransformerModel) -> String { "" }

    /// Folders of images as they lie beside models.
    private static let usualFolders = ["images", "examples", "samples"]

    func ownPrompt(of model: TransformerModel) -> String? {
        Self.usualFolders.map { model.directory.appendingPathComponent($0) }.first {
            (try? Self.images(in: $0))?.isEmpty == false
        }.map { UserPath.short($0) }
    }

    // MARK: The run

    func items(_ prompt: String, model: TransformerModel) throws -> ([ComparedItem], remark: String?) {
        var files: [URL] = []
        for path in Self.paths(prompt) {
            let place = try Self.place(path, beside: model.directory)
            guard ImageFolder.isFolder(place.path) else {
                files.append(place)
                continue
            }
            let found = try Self.images(in: place)
            guard !found.isEmpty else {
                throw EvaluationError.data("There is no PNG or JPEG file in \(path.printable).")
            }
            files += found
        }
        guard !files.isEmpty else { throw EvaluationError.data(Self.emptyProblem) }
        let remark =
            files.count > Self.mostImages
            ? "The first \(Self.mostImages) of \(FigureText.grouped(files.count)) images: nibble eval takes all."
            : nil
        return (files.prefix(Self.mostImages).map(ComparedItem.image), remark)
    }

    func read(_ item: ComparedItem) throws -> EncoderInput {
        guard case .image(let file) = item else { throw EvaluationError.data(Self.emptyProblem) }
        return .image(try ImageInput.read(file.path))
    }

    private static func paths(_ prompt: String) -> [String] {
        prompt.split(whereSeparator: \.isNewline).map { String($0).withoutOuterBlanks }.filter { !$0.isEmpty }
    }

    /// The place that a path means: `~` is the home; what is not found from the current folder is looked for beside the model.
    private static func place(_ path: String, beside folder: URL) throws -> URL {
        let place = try UserPath.file(path)
        let exists = FileManager.default.fileExists(atPath: place.path)
        guard !exists, !path.hasPrefix("/"), !path.hasPrefix("~") else { return place }
        let other = folder.appendingPathComponent(path)
        return FileManager.default.fileExists(atPath: other.path) ? other : place
    }

    private static func images(in folder: URL) throws -> [URL] {
        try ImageFolder.files(in: folder.path, where: ImageFolder.isImageName).map {
            URL(fileURLWithPath: $0)
        }
    }

    func draw(_ view: ItemListView, in canvas: inout Canvas, rect: Rect) {
        PicturesView(list: view).draw(in: &canvas, rect: rect)
    }

    // MARK: The dialog

    private static let emptyProblem =
        "There is no image: type the path of a PNG or JPEG file, or of a folder."

    func hint(_ text: String, _ form: any ItemForm, for model: TransformerModel) -> EntryHint {
        EntryHint(text: "PNG or JPEG, ~ is your home; several paths each on a line")
    }

    func entryProblem(_ text: String, _ form: any ItemForm, for model: TransformerModel) -> String? {
        Self.paths(text).isEmpty ? Self.emptyProblem : nil
    }
}
