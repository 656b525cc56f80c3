import Foundation
import NibbleText

/// Images in folders.
public enum ImageFolder {
    /// Folders within folders, at most: a link may lead back to where it lies.
    public static let deepest = 8

    /// Whether a file's name ends as that of a kind that nibble reads.
    public static func isImageName(_ name: String) -> Bool {
        let lowercased = name.lowercased()
        return [".png", ".jpg", ".jpeg"].contains { lowercased.hasSuffix($0) }
    }

    /// The images of a folder and of the folders within, by their names; hidden ones and other files are passed over.
    ///
    /// - Throws: ``ImageError/file(_:)`` for a folder that cannot be read, or lies too deep.
    public static func images(in folder: String) throws(ImageError) -> [String] {
        try images(in: folder, depth: 0)
    }

    /// Whether a path is that of a folder.
    public static func isFolder(_ path: String) -> Bool {
        SystemPath.status(path).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false
    }

    private static func images(in folder: String, depth: Int) throws(ImageError) -> [String] {
        guard depth <= deepest else {
            throw .file("The folder \(folder.printable) lies too deep: \(deepest) folders in a folder are the most.")
        }
        guard let names = SystemPath.names(in: folder) else {
            throw .file("The folder \(folder.printable) cannot be read.")
        }
        var images: [String] = []
        for name in names where !name.hasPrefix(".") {
            let place = folder + "/" + name
            if isFolder(place) {
                images += try self.images(in: place, depth: depth + 1)
            } else if isImageName(name) {
                images.append(place)
            }
        }
        return images
    }
}
