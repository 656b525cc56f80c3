import Foundation
import NibbleTestSupport

/// One Swift file of the checkout, as its lines, and the same lines without comments and text in quotes.
struct SourceFile: Sendable {
    /// The path below the top folder.
    let path: String
    /// The folder below `Sources` or `Tests`, which is the name of the module.
    let module: String
    let lines: [String]
    let codeLines: [String]

    /// Every Swift file below `folder` (`Sources` or `Tests`), sorted by path.
    static func all(in folder: String) throws -> [SourceFile] {
        let root = RepositoryPaths.root.appendingPathComponent(folder)
        guard let walk = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil) else {
            return []
        }
        var files: [SourceFile] = []
        for case let url as URL in walk where url.pathExtension == "swift" {
            let parts = url.standardizedFileURL.pathComponents
                .dropFirst(root.standardizedFileURL.pathComponents.count)
            guard let module = parts.first, parts.count > 1 else { continue }
            let text = try String(contentsOf: url, encoding: .utf8)
            files.append(
                SourceFile(path: "\(folder)/\(parts.joined(separator: "/"))", module: module, text: text))
        }
        return files.sorted { $0.path < $1.path }
    }

    init(path: String, module: String, text: String) {
        self.path = path
        self.module = module
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        codeLines = SourceFile.withoutCommentsAndText(text)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// The modules that the file imports; of `import struct A.B` that is A.
    var imports: Set<String> {
        var modules: Set<String> = []
        for line in codeLines {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            guard let keyword = words.firstIndex(of: "import"),
                words[..<keyword].allSatisfy({
                    $0.hasPrefix("@") || SourceFile.accessWords.contains(String($0))
                })
            else { continue }
            let rest = words[(keyword + 1)...].filter { !SourceFile.declarationWords.contains(String($0)) }
            if let name = rest.first { modules.insert(String(name.prefix { $0 != "." && $0 != ";" })) }
        }
        return modules
    }

    private static let accessWords: Set<String> = ["public", "package", "internal", "fileprivate", "private"]
    private static let declarationWords: Set<String> = [
        "struct", "class", "enum", "protocol", "func", "let", "var", "typealias",
    ]

    /// The text with comments and the insides of quotes taken out; line breaks stay, so lines can be counted.
    static func withoutCommentsAndText(_ text: String) -> String {
        var scanner = CodeScanner(text)
        return scanner.code()
    }
}

/// Walks over Swift text and keeps what is code; interpolations inside quotes go with the quotes.
private struct CodeScanner {
    private let bytes: [UInt8]
    private var position = 0
    private var kept: [UInt8] = []

    init(_ text: String) { bytes = Array(text.utf8) }

    mutating func code() -> String {
        while position < bytes.count {
            if starts(with: "//") {
                skip { $0 == UInt8(ascii: "\n") }
            } else if starts(with: "/*") {
                skipBlockComment()
            } else if let hashes = quoteHashes() {
                skipQuote(hashes: hashes)
            } else {
                kept.append(bytes[position])
                position += 1
            }
        }
        return String(decoding: kept, as: UTF8.self)
    }

    private func starts(with text: StaticString, at offset: Int = 0) -> Bool {
        let start = position + offset
        guard start + text.utf8CodeUnitCount <= bytes.count else { return false }
        return (0..<text.utf8CodeUnitCount).allSatisfy { bytes[start + $0] == text.utf8Start[$0] }
    }

    private mutating func skip(until stop: (UInt8) -> Bool) {
        while position < bytes.count, !stop(bytes[position]) { position += 1 }
    }

    private mutating func keepLineBreak() {
        if bytes[position] == UInt8(ascii: "\n") { kept.append(bytes[position]) }
        position += 1
    }

    private mutating func skipBlockComment() {
        var depth = 0
        repeat {
            if starts(with: "/*") {
                depth += 1
                position += 2
            } else if starts(with: "*/") {
                depth -= 1
                position += 2
            } else {
                keepLineBreak()
            }
        } while depth > 0 && position < bytes.count
    }

    /// The number of `#` before the quote that starts here, or nil if none starts here.
    private func quoteHashes() -> Int? {
        var end = position
        while end < bytes.count, bytes[end] == UInt8(ascii: "#") { end += 1 }
        guard end < bytes.count, bytes[end] == UInt8(ascii: "\"") else { return nil }
        return end - position
    }

    private mutating func skipQuote(hashes: Int) {
        position += hashes
        let isLong = starts(with: "\"\"\"")
        let closing =
            [UInt8](repeating: UInt8(ascii: "\""), count: isLong ? 3 : 1)
            + [UInt8](repeating: UInt8(ascii: "#"), count: hashes)
        let escape = [UInt8(ascii: "\\")] + [UInt8](repeating: UInt8(ascii: "#"), count: hashes)
        position += isLong ? 3 : 1
        kept += Array("\"\"".utf8)
        while position < bytes.count {
            if bytes[position...].starts(with: closing) {
                position += closing.count
                return
            }
            if bytes[position...].starts(with: escape) {
                position += escape.count
                if position < bytes.count, bytes[position] == UInt8(ascii: "(") {
                    skipInterpolation()
                    continue
                }
            }
            if position < bytes.count { keepLineBreak() }
        }
    }

    private mutating func skipInterpolation() {
        var depth = 0
        repeat {
            if let hashes = quoteHashes() {
                skipQuote(hashes: hashes)
                continue
            }
            if bytes[position] == UInt8(ascii: "(") { depth += 1 }
            if bytes[position] == UInt8(ascii: ")") { depth -= 1 }
            keepLineBreak()
        } while depth > 0 && position < bytes.count
    }
}
