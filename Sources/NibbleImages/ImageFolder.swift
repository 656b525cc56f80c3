import Foundation
import NibbleText

/// Images in folders.
///
///     let cats = try ImageFolder.files(in: "pictures/cats", where: ImageFolder.isImageName)
public enum ImageFolder {
    /// Folders within folders, at most.
    public static let deepest = 8

    /// Whether a file's name ends as that of a kind that nibble reads.
    public static func isImageName(_ name: String) -> Bool {
        let lowercased = name.lowercased()
        return [".png", ".jpg", ".jpeg"].contains { lowercased.hasSuffix($0) }
    }

    /// Whether a path is that of a folder.
    public static func isFolder(_ path: String) -> Bool {
        SystemPath.status(path).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false
    }

    /// The names in a folder in their order, without hidden ones; nil where it cannot be read.
    public static func names(in folder: String) -> [String]? {
        SystemPath.names(in: folder)?.filter { !$0.hasPrefix(".") }
    }

    /// The files of a folder and of the folders within, in the order of their names; hidden ones are passed over.
    ///
    /// - Parameter isWanted: Which files are taken, by their names.
    /// - Throws: ``ImageError/file(_:)`` for a folder that cannot be read, lies too deep, or leads back to one around it.
    public static func files(
        in folder: String, where isWanted: (String) -> Bool
    ) throws(ImageError) -> [String] {
        try files(in: folder, around: [], where: isWanted)
    }

    /// - Parameter around: The folders that this one lies in: a link may lead back to one of them.
    private static func files(
        in folder: String, around: [FolderIdentity], where isWanted: (String) -> Bool
    ) throws(ImageError) -> [String] {
        guard around.count < deepest else {
            throw .file(
                "The folder \(folder.printable) lies too deep: \(deepest) folders in a folder are the most.")
        }
        guard let identity = FolderIdentity(folder), let names = names(in: folder) else {
            throw .file("The folder \(folder.printable) cannot be read.")
        }
        guard !around.contains(identity) else {
            throw .file("The folder \(folder.printable) leads back to one that it lies in.")
        }
        var files: [String] = []
        for name in names {
            let place = folder + "/" + name
            if isFolder(place) {
                files += try self.files(in: place, around: around + [identity], where: isWanted)
            } else if isWanted(name) {
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
