import Foundation
import NibbleTestSupport

/// The targets of `Package.swift`, read from its text.
struct Manifest {
    struct Target: Sendable {
        let kind: String
        let name: String
        /// Names of targets and products, in the order written.
        let dependencies: [String]
        /// The folder below the top folder.
        let path: String
    }

    let text: String
    let targets: [Target]

    init() throws {
        text = try String(
            contentsOf: RepositoryPaths.root.appendingPathComponent("Package.swift"), encoding: .utf8)
        targets = Manifest.targets(in: text)
    }

    func target(_ name: String) -> Target? { targets.first { $0.name == name } }

    /// Every declaration `.target(…)`, `.executableTarget(…)` and `.testTarget(…)`.
    private static func targets(in text: String) -> [Target] {
        var found: [Target] = []
        let pattern = #/\.(target|executableTarget|testTarget)\(/#
        for match in text.matches(of: pattern) {
            let body = balanced(text[match.range.upperBound...], open: "(", close: ")")
            guard let name = body.firstMatch(of: #/name:\s*"([^"]+)"/#)?.output.1 else { continue }
            let path = body.firstMatch(of: #/path:\s*"([^"]+)"/#)?.output.1
            let kind = String(match.output.1)
            found.append(
                Target(
                    kind: kind, name: String(name), dependencies: dependencies(in: body),
                    path: path.map(String.init) ?? "\(kind == "testTarget" ? "Tests" : "Sources")/\(name)"))
        }
        return found
    }

    /// What is written before the bracket that closes the one just opened.
    private static func balanced(_ text: Substring, open: Character, close: Character) -> Substring {
        var depth = 1
        for index in text.indices {
            if text[index] == open { depth += 1 }
            if text[index] == close { depth -= 1 }
            if depth == 0 { return text[..<index] }
        }
        return text
    }

    private static func dependencies(in body: Substring) -> [String] {
        guard let start = body.firstMatch(of: #/dependencies:\s*\[/#) else { return [] }
        let list = balanced(body[start.range.upperBound...], open: "[", close: "]")
        let products = list.replacing(#/\.product\(name:\s*("[^"]+")[^)]*\)/#) { $0.output.1 }
        return products.matches(of: #/"([^"]+)"/#).map { String($0.output.1) }
    }
}
