import Foundation
import NibbleTestSupport

/// Finds what other packages can see of a Swift file, and whether a comment explains it.
struct PublicDeclarations {
    /// Places of declarations without a comment, as `path:line: text`.
    private(set) var undocumented: [String] = []
    /// How many declarations there are.
    private(set) var count = 0

    /// Types around the line at hand some of whose members are public without saying so, and how deep those lie.
    private var openTypes: [(isProtocol: Bool, depth: Int)] = []
    private var depth = 0

    init(_ file: SourceFile) {
        for (index, code) in file.codeLines.enumerated() {
            openTypes.removeAll { depth < $0.depth }
            if isPublic(code) {
                count += 1
                if !Self.isDocumented(file.lines, index) {
                    let text = file.lines[index].trimmingCharacters(in: .whitespaces)
                    undocumented.append("\(file.path):\(index + 1): \(text)")
                }
            }
            let opened = code.count { $0 == "{" }
            if opened > 0, code.contains(#/\bpublic\s+(indirect\s+)?(enum|protocol)\b/#) {
                openTypes.append((code.contains(#/\bprotocol\b/#), depth + 1))
            }
            depth += opened - code.count { $0 == "}" }
        }
    }

    /// Whether a line declares something by `public`, or is a case or requirement of a public type.
    private func isPublic(_ code: String) -> Bool {
        let attributes = #/^\s*(@\w+(\([^)]*\))?\s+)*/#
        let words = code.replacing(attributes, with: "")
        if words.starts(with: #/(public|open)\s+(?!extension|import|internal)\w/#) { return true }
        guard let type = openTypes.last, type.depth == depth else { return false }
        guard type.isProtocol else { return words.starts(with: #/(indirect\s+)?case\b/#) }
        return words.starts(with: #/(static\s+|mutating\s+)*(func|var|init|subscript|associatedtype)\b/#)
    }

    /// Whether the lines before a declaration, attributes apart, end with a comment for it.
    private static func isDocumented(_ lines: [String], _ index: Int) -> Bool {
        let before = lines[..<index].reversed().first {
            !$0.trimmingCharacters(in: .whitespaces).hasPrefix("@")
        }
        return before?.trimmingCharacters(in: .whitespaces).hasPrefix("///") ?? false
    }
}

/// Finds the declarations of a C header at its outermost level, and whether a comment stands before each.
struct HeaderDeclarations {
    /// Lines of declarations without a comment.
    private(set) var undocumented: [String] = []
    /// How many declarations there are.
    private(set) var count = 0

    init(_ text: String) {
        var (depth, isInside, hasComment, isContinued) = (0, false, false, false)
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let (code, isComment) = Self.split(String(line), &isInside)
            guard Self.isDeclaration(code) || depth > 0 else {
                // A blank line takes a comment away from what follows.
                hasComment = isComment || (hasComment && !line.isEmpty)
                continue
            }
            if depth == 0, !isContinued {
                count += 1
                if !hasComment, !isComment { undocumented.append(code) }
            }
            depth += code.count { $0 == "{" } - code.count { $0 == "}" }
            isContinued = !(code.hasSuffix(";") || code.hasSuffix("}") || code.hasPrefix("#"))
            hasComment = false
        }
    }

    /// Whether a line outside of braces belongs to a declaration, include guards and C++ left aside.
    private static func isDeclaration(_ code: String) -> Bool {
        if code.hasPrefix("#") { return code.hasPrefix("#define NIBBLE") && !code.hasSuffix("_H") }
        return !code.isEmpty && code != "}" && !code.hasPrefix("extern \"C\"")
    }

    /// A line without its comments, and whether it has any.
    private static func split(_ line: String, _ isInside: inout Bool) -> (code: String, isComment: Bool) {
        var code = ""
        var isComment = isInside
        var rest = Substring(line)
        while !rest.isEmpty {
            if isInside {
                guard let end = rest.firstRange(of: "*/") else { break }
                isInside = false
                rest = rest[end.upperBound...]
            } else if rest.hasPrefix("//") {
                isComment = true
                break
            } else if rest.hasPrefix("/*") {
                (isInside, isComment) = (true, true)
                rest = rest.dropFirst(2)
            } else {
                code.append(rest.removeFirst())
            }
        }
        return (code.trimmingCharacters(in: .whitespaces), isComment)
    }
}
