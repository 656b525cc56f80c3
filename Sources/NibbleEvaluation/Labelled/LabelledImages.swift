import Foundation
import NibbleImages
import NibbleText

/// Images with the class that each belongs to: a folder of folders, each named after a class.
///
/// Images are read when they are needed, one at a time.
public struct LabelledImages: LabelledInputs, Sendable {
    /// A file and its class.
    public struct Item: Hashable, Sendable {
        /// The file.
        public let path: String
        /// The class by its number in the model.
        public let label: Int
    }

    /// The files, class after class, those of a class in the order of their names.
    public let items: [Item]

    /// How many there are.
    public var count: Int { items.count }

    /// Reads an image.
    ///
    /// - Throws: `ImageError`, whose sentence begins with the file.
    public func item(_ index: Int) throws -> (input: EncoderInput, label: Int) {
        (.image(try ImageInput.read(items[index].path)), items[index].label)
    }

    /// Lists the images of a folder, those in folders within the classes' too.
    ///
    /// Hidden files are passed over, and so are files beside the classes' folders that are no images.
    ///
    /// - Parameters:
    ///   - labels: The classes of the model in the order of their numbers.
    ///   - limit: Images that are taken, at most: in turn from each class, so that a part of them is of all classes.
    /// - Throws: ``EvaluationError/data(_:)`` for a folder whose name is no class of the model, and where there is no image.
    public static func list(
        _ folder: String, labels: [String], limit: Int = .max
    ) throws(EvaluationError) -> LabelledImages {
        guard let names = ImageFolder.names(in: folder) else {
            throw .data("The folder \(folder.printable) cannot be read.")
        }
        var classes: [[Item]] = []
        for name in names {
            let place = folder + "/" + name
            guard ImageFolder.isFolder(place) else {
                guard !ImageFolder.isImageName(name) else {
                    throw .data(
                        "The image \(place.printable) lies in no class's folder: put it into one that is named after its class."
                    )
                }
                continue
            }
            let label = try ClassNames.number(of: name, among: labels, at: "The folder \(place.printable)")
            classes.append(try files(in: place).map { Item(path: $0, label: label) })
        }
        guard !classes.isEmpty else {
            throw .data("The folder \(folder.printable) has no folder for any class.")
        }
        let items = Self.first(limit, of: classes)
        guard !items.isEmpty else { throw .data("The folders in \(folder.printable) have no image.") }
        return LabelledImages(items: items)
    }

    /// Some of each class in turn, still class after class.
    private static func first(_ limit: Int, of classes: [[Item]]) -> [Item] {
        var left = max(0, limit)
        var counts = classes.map { _ in 0 }
        while left > 0, zip(counts, classes).contains(where: { $0 < $1.count }) {
            for index in classes.indices where left > 0 && counts[index] < classes[index].count {
                counts[index] += 1
                left -= 1
            }
        }
        return zip(counts, classes).flatMap { $1.prefix($0) }
    }

    private static func files(in folder: String) throws(EvaluationError) -> [String] {
        do throws(ImageError) { return try ImageFolder.files(in: folder) { _ in true } } catch {
            throw .data("\(error)")
        }
    }
}
