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
        guard let names = visible(folder) else {
            throw .data("The folder \(folder.printable) cannot be read.")
        }
        var classes: [[Item]] = []
        for name in names {
            let place = folder + "/" + name
            guard isFolder(place) else {
                guard !isImageName(name) else {
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

    private static func visible(_ folder: String) -> [String]? {
        SystemPath.names(in: folder)?.filter { !$0.hasPrefix(".") }
    }

    private static func isFolder(_ path: String) -> Bool {
        SystemPath.status(path).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false
    }

    private static func isImageName(_ name: String) -> Bool {
        let lowercased = name.lowercased()
        return [".png", ".jpg", ".jpeg"].contains { lowercased.hasSuffix($0) }
    }

    /// Folders within a class's folder, at most.
    private static let deepest = 8

    /// - Parameter around: The folders that this one lies in: a link may lead back to one of them.
    private static func files(
        in folder: String, around: [FolderIdentity] = []
    ) throws(EvaluationError) -> [String] {
        guard around.count < deepest else {
            throw .data(
                "The folder \(folder.printable) lies too deep: \(deepest) folders in a class are the most.")
        }
        guard let identity = FolderIdentity(folder), let names = visible(folder) else {
            throw .data("The folder \(folder.printable) cannot be read.")
        }
        guard !around.contains(identity) else {
            throw .data("The folder \(folder.printable) leads back to one that it lies in.")
        }
        var files: [String] = []
        for name in names {
            let place = folder + "/" + name
            if isFolder(place) {
                files += try self.files(in: place, around: around + [identity])
            } else {
                files.append(place)
            }
        }
        return files
    }
}

/// What tells a folder from others, by whatever path it is reached.
private struct FolderIdentity: Equatable {
    let device: UInt64
    let number: UInt64

    init?(_ path: String) {
        guard let status = SystemPath.status(path) else { return nil }
        device = UInt64(truncatingIfNeeded: status.st_dev)
        number = UInt64(truncatingIfNeeded: status.st_ino)
    }
}
