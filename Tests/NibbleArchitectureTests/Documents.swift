import Foundation
import NibbleTestSupport

/// The texts of the checkout that people read, and the texts that cite them.
enum Documents {
    /// A text and its path below the top folder.
    struct Text {
        let path: String
        let content: String

        init(_ path: String) throws {
            self.path = path
            content = try String(
                contentsOf: RepositoryPaths.root.appendingPathComponent(path), encoding: .utf8)
        }
    }

    /// The Markdown files of the top folder and of `Documentation`.
    static func markdown() throws -> [Text] {
        let top = try names(in: "").map { $0 }
        let inside = try names(in: "Documentation").map { "Documentation/\($0)" }
        return try (top + inside).filter { $0.hasSuffix(".md") }.sorted().map(Text.init)
    }

    private static func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(
            atPath: RepositoryPaths.root.appendingPathComponent(folder).path)
    }

    /// Every Swift and C file below `Sources` and `Tests`, and the manifest.
    static func code() throws -> [Text] {
        var texts = [try Text("Package.swift")]
        for folder in ["Sources", "Tests"] {
            let root = RepositoryPaths.root.appendingPathComponent(folder).standardizedFileURL
            let walk = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
            while let url = walk?.nextObject() as? URL {
                guard ["swift", "c", "h"].contains(url.pathExtension) else { continue }
                let parts = url.standardizedFileURL.pathComponents.dropFirst(root.pathComponents.count)
                texts.append(try Text("\(folder)/\(parts.joined(separator: "/"))"))
            }
        }
        return texts
    }

    /// Whether there is a file at a path below the top folder.
    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: RepositoryPaths.root.appendingPathComponent(path).path)
    }
}

/// What a text says about documents.
extension Documents.Text {
    /// A section of a document that a comment names, such as Numerics, 5.1.
    struct Citation: Hashable {
        let document: String
        let section: String
    }

    /// Every name directly before a § and the number behind it; comments may break a line between the two.
    var citations: [Citation] { Self.citations(in: content) }

    static func citations(in content: String) -> [Citation] {
        content.replacing(#/\n[ \t]*(///?|\*) ?/#, with: " ")
            .matches(of: #/\b([A-Z]\w+) §(\d+(?:\.\d+)?)/#)
            .map { Citation(document: String($0.output.1), section: String($0.output.2)) }
    }

    /// The numbers of headings such as `## 5 Whole numbers` and `### 5.1 Requantization`.
    var sections: Set<String> {
        Set(content.matches(of: #/\n#+ (\d+(?:\.\d+)?) /#).map { String($0.output.1) })
    }

    /// The names by which links reach headings, as GitHub makes them.
    var anchors: Set<String> { Self.anchors(in: content) }

    static func anchors(in content: String) -> Set<String> {
        Set(
            content.matches(of: #/(?m)^#+ (.+)$/#).map { match in
                match.output.1.lowercased()
                    .filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_" }
                    .replacing(" ", with: "-")
            })
    }

    /// Where the Markdown links of this text lead, but for addresses elsewhere: a path as written, and perhaps an anchor.
    var links: [(path: String, anchor: String?)] {
        content.matches(of: #/\]\(([^)\s]+)\)/#).compactMap { match in
            guard !match.output.1.contains("://") else { return nil }
            let parts = match.output.1.split(
                separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), parts.count > 1 ? String(parts[1]) : nil)
        }
    }

    /// The path below the top folder that a link of this text means.
    func target(of link: String) -> String {
        guard !link.isEmpty else { return path }
        let folder = (path as NSString).deletingLastPathComponent
        return (folder as NSString).appendingPathComponent(link)
    }
}
