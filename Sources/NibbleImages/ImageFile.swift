import Foundation
import NibbleText

/// Images in files.
public enum ImageFile {
    /// Bytes of a file, at most: more than the largest image that is read takes without compression.
    public static let longestFile = 1 << 29

    /// Reads an image.
    ///
    ///     let image = try ImageFile.read("cat.jpg")
    ///
    /// - Throws: ``ImageError``, whose sentence begins with the file.
    public static func read(_ path: String) throws(ImageError) -> Image {
        do throws(ImageError) { return try ImageReader.decode(try bytes(path, limit: longestFile)) } catch {
            throw error.naming(path)
        }
    }

    /// The bytes of a regular file.
    ///
    /// - Throws: ``ImageError/file(_:)`` if there is no such file, it is something else or longer, or cannot be read.
    static func bytes(_ path: String, limit: Int) throws(ImageError) -> [UInt8] {
        let descriptor = SystemPath.open(path)
        guard descriptor >= 0 else { throw .file(problem(errno)) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .file(problem(errno)) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .file("This is no regular file: name a PNG or JPEG file.")
        }
        guard status.st_size <= limit else { throw .file("The file has more than \(limit) bytes.") }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes { buffer in
                Foundation.read(
                    descriptor, UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]).baseAddress,
                    buffer.count - filled)
            }
            if count == 0 { return Array(bytes[..<filled]) }
            if count > 0 { filled += count } else if errno != EINTR { throw .file(problem(errno)) }
        }
        return bytes
    }

    private static func problem(_ code: CInt) -> String {
        switch code {
        case ENOENT, ENOTDIR: "There is no such file: check the path."
        case EACCES, EPERM: "The file cannot be read: check its permissions."
        default: "The file cannot be read: \(String(cString: strerror(code)))."
        }
    }
}

extension ImageError {
    /// The same with the file before the sentence.
    func naming(_ path: String) -> ImageError {
        let sentence = "\(path.printable): \(description)"
        return switch self {
        case .file: .file(sentence)
        case .kind: .kind(sentence)
        case .size: .size(sentence)
        case .cutShort: .cutShort(sentence)
        case .damaged: .damaged(sentence)
        case .preparation: .preparation(sentence)
        }
    }
}
