import Foundation

/// Paths whose bytes are no UTF-8: a file system that takes any bytes can hold them, and a text cannot.
///
/// A byte that belongs to no character stands in the text as a private character of its own (U+10FF00 + the byte), and
/// goes back to the byte when the system is asked. ``Swift/String/printable`` writes it as `\xFF`.
public enum SystemPath {
    private static let firstPrivate: UInt32 = 0x10_FF00

    /// The text of a path's bytes.
    public static func text(_ bytes: some Collection<UInt8>) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        var result = String.UnicodeScalarView()
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            var iterator = rest.makeIterator()
            var parser = Unicode.UTF8.ForwardParser()
            if case .valid(let encoded) = parser.parseScalar(from: &iterator) {
                result.append(Unicode.UTF8.decode(encoded))
                rest = rest.dropFirst(encoded.count)
            } else {
                if let scalar = Unicode.Scalar(firstPrivate + UInt32(rest[rest.startIndex])) {
                    result.append(scalar)
                }
                rest = rest.dropFirst()
            }
        }
        return String(result)
    }

    /// The byte that a private character stands for; nil for every other one.
    static func byte(of scalar: Unicode.Scalar) -> UInt8? {
        (firstPrivate + 0x80...firstPrivate + 0xFF).contains(scalar.value)
            ? UInt8(scalar.value - firstPrivate) : nil
    }

    /// Calls `body` with the path's bytes as the system wants them.
    public static func with<Result>(_ path: String, _ body: (UnsafePointer<CChar>) -> Result) -> Result {
        guard path.unicodeScalars.contains(where: { byte(of: $0) != nil }) else {
            return path.withCString(body)
        }
        var bytes: [CChar] = []
        for scalar in path.unicodeScalars {
            if let byte = byte(of: scalar) {
                bytes.append(CChar(bitPattern: byte))
            } else {
                bytes += UTF8.encode(scalar).map { $0.map { CChar(bitPattern: $0) } } ?? []
            }
        }
        bytes.append(0)
        return bytes.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else {
                preconditionFailure("an array of one byte has a start")
            }
            return body(start)
        }
    }

    /// What the system says of a file, links followed; nil if there is none.
    public static func status(_ path: String) -> stat? {
        var status = stat()
        return with(path) { stat($0, &status) } == 0 ? status : nil
    }

    /// Opens a file for reading; a pipe doesn't keep anybody waiting.
    ///
    /// - Returns: the descriptor, or −1 with `errno`.
    public static func open(_ path: String) -> CInt {
        with(path) { Foundation.open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    }

    /// The names in a folder, sorted; nil if it can't be read.
    public static func names(in folder: String) -> [String]? {
        guard let stream = with(folder, { opendir($0) }) else { return nil }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let capacity = MemoryLayout.size(ofValue: entry.pointee.d_name)
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: UInt8.self, capacity: capacity) { bytes in
                    text(UnsafeBufferPointer(start: bytes, count: capacity).prefix { $0 != 0 })
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// The absolute form of a path, without looking at what is there.
    public static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let here = getcwd(nil, 0) else { return path }
        defer { free(here) }
        let folder = text(UnsafeBufferPointer(start: here, count: strlen(here)).map { UInt8(bitPattern: $0) })
        return folder + (folder.hasSuffix("/") ? "" : "/") + path
    }

    /// The arguments of this process, the program's name left out.
    public static var arguments: [String] {
        (1..<max(Int(CommandLine.argc), 1)).compactMap { index in
            CommandLine.unsafeArgv[index].map { argument in
                text(
                    UnsafeBufferPointer(start: argument, count: strlen(argument)).map {
                        UInt8(bitPattern: $0)
                    })
            }
        }
    }
}
