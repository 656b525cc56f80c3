import Foundation
import NibbleText

/// Standard output, written at once: a reader that goes away ends the program quietly.
public enum StandardOutput {
    /// Writes text as it is; whatever comes from a file must be printable already.
    public static func write(_ text: String) {
        guard !Descriptor.write(text, to: STDOUT_FILENO) else { return }
        if errno == EPIPE { Interruption.die(by: SIGPIPE) }
        StandardError.write("nibble: The output cannot be written: \(String(cString: strerror(errno))).")
        exit(1)
    }

    /// Writes text and ends the line.
    public static func line(_ text: String = "") { write(text + "\n") }

    /// Writes a value as JSON with sorted keys.
    ///
    /// Numbers that JSON doesn't know are the texts `Infinity`, `-Infinity` and `NaN`; characters that could steer a
    /// terminal are escaped.
    ///
    /// - Parameter isOneLine: whether it takes one line, for a stream of values.
    public static func writeJSON(_ value: some Encodable, isOneLine: Bool = false) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if !isOneLine { encoder.outputFormatting.insert(.prettyPrinted) }
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        do {
            line(Self.escaped(String(decoding: try encoder.encode(value), as: UTF8.self)))
        } catch {
            StandardError.write("nibble: The result cannot be written as JSON: \(error)")
            exit(1)
        }
    }

    /// Characters that `printable` would change can stand inside JSON texts only, where `\u` escapes mean the same.
    private static func escaped(_ json: String) -> String {
        json.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
            let line = String(line)
            guard line.printable != line else { return line }
            var result = ""
            for scalar in line.unicodeScalars {
                let text = String(scalar)
                result += text.printable == text ? text : text.utf16.map(escape).joined()
            }
            return result
        }.joined(separator: "\n")
    }

    private static func escape(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}

/// Standard error: sentences for a person.
public enum StandardError {
    /// Writes lines, made printable.
    public static func write(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).printable }
        _ = Descriptor.write(lines.joined(separator: "\n") + "\n", to: STDERR_FILENO)
    }
}

extension StandardError {
    /// Writes over the line that the cursor is in; for a terminal.
    static func rewrite(_ text: String) {
        _ = Descriptor.write("\r\u{1B}[K" + text.printable, to: STDERR_FILENO)
    }
}

/// Writing to an open file.
private enum Descriptor {
    /// Writes all of the text; false, with `errno` set, if that fails.
    static func write(_ text: String, to descriptor: Int32) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            if written < 0, errno == EAGAIN {
                waitUntilWritable(descriptor)
                continue
            }
            guard written > 0 else { return false }
            rest = rest.dropFirst(written)
        }
        return true
    }
    /// Sleeps until an open file that doesn't block takes more.
    private static func waitUntilWritable(_ descriptor: Int32) {
        var poller = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&poller, 1, -1)
    }
}
