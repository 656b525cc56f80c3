import Foundation

/// Where a path leads when a file is to be written there.
enum WritingPlace {
    /// Why nothing can be written there, as the end of a sentence.
    struct Problem: Error {
        let reason: String
    }

    /// Links followed at most, as many as Linux follows.
    private static let linkLimit = 40

    /// The path of the file to replace or to make, links followed; a link to nothing leads to what it names.
    static func of(_ path: String) throws(Problem) -> String {
        var place = path
        for _ in 0..<linkLimit {
            var status = stat()
            guard lstat(place, &status) == 0 else {
                if errno == ENOENT { return place }
                throw Problem(reason: reason(errno, place))
            }
            guard status.st_mode & S_IFMT == S_IFLNK else {
                try check(status, place)
                return place
            }
            guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: place) else {
                throw Problem(reason: "the link \(place.printable) can’t be followed")
            }
            let folder = (place as NSString).deletingLastPathComponent
            place = target.hasPrefix("/") ? target : (folder as NSString).appendingPathComponent(target)
        }
        throw Problem(reason: reason(ELOOP, path))
    }

    private static func check(_ status: stat, _ place: String) throws(Problem) {
        let kind: String? =
            switch status.st_mode & S_IFMT {
            case S_IFREG: nil
            case S_IFDIR: "a folder"
            case S_IFIFO: "a pipe"
            case S_IFSOCK: "a socket"
            default: "a device"
            }
        if let kind { throw Problem(reason: "it is \(kind), and only a regular file can be replaced") }
        guard access(place, W_OK) == 0 else { throw Problem(reason: reason(errno, place)) }
    }

    /// The system's words for a code, with what a person can do where these say too little.
    static func reason(_ code: CInt, _ place: String) -> String {
        let words = String(cString: strerror(code))
        guard code == ENOENT else { return words }
        let folder = (place as NSString).deletingLastPathComponent
        return "the folder \(folder.printable(limit: 200)) is not there"
    }
}
