import Foundation
import NibbleTestSupport
import Testing

/// What comments cite and what documents link to is in the repository.
struct DocumentTests {
    @Test func everyCitedSectionIsAHeading() throws {
        let sections = try Documents.Text("Documentation/Numerics.md").sections
        #expect(sections.count > 10)
        var count = 0
        for text in try citingTexts() {
            for citation in text.citations {
                // Comments may write the name in capital letters.
                #expect(
                    citation.document.lowercased() == "numerics",
                    "\(text.path) cites \(citation.document), which Documentation doesn't have")
                #expect(
                    sections.contains(citation.section),
                    "\(text.path) cites Numerics §\(citation.section), which has no heading there")
                count += 1
            }
        }
        #expect(count > 40)
    }

    @Test func everyDocumentThatCommentsNameExists() throws {
        var count = 0
        for text in try citingTexts() {
            for match in text.content.matches(of: #/[\w\/.-]+\.md\b/#) where !match.output.hasPrefix("ggml/")
            {
                let name = String(match.output)
                let places = [name, "Documentation/\(name)", text.target(of: name)]
                #expect(places.contains(where: Documents.exists), "\(text.path) names \(name)")
                count += 1
            }
        }
        #expect(count > 3)
    }

    @Test func everyLinkLeadsSomewhere() throws {
        let texts = try Documents.markdown()
        #expect(texts.count > 5)
        for text in texts {
            for link in text.links {
                let path = text.target(of: link.path)
                #expect(Documents.exists(path), "\(text.path) links to \(link.path)")
                guard let anchor = link.anchor, Documents.exists(path) else { continue }
                let anchors = try Documents.Text(path).anchors
                #expect(anchors.contains(anchor), "\(text.path) links to \(link.path)#\(anchor)")
            }
        }
    }

    @Test func everyDocumentIsLinkedFromAnother() throws {
        let texts = try Documents.markdown()
        let linked = Set(
            texts.flatMap { text in
                text.links.map { text.target(of: $0.path) }.filter { $0 != text.path }
            })
        for text in texts where text.path.hasPrefix("Documentation/") {
            let name = (text.path as NSString).lastPathComponent
            let isLinked = linked.contains { ($0 as NSString).lastPathComponent == name }
            #expect(isLinked, "nothing links to \(text.path)")
        }
    }

    /// Whoever follows the documents runs the tests as the last check does.
    @Test func theTestCommandIsTheSameEverywhere() throws {
        let script = try Documents.Text(".ci/run").content
        let match = try #require(script.firstMatch(of: #/(?m)^(swift test [^|]*?) 2>&1/#))
        for path in ["README.md", "CONTRIBUTING.md"] {
            #expect(try Documents.Text(path).content.contains(match.output.1), "\(path)")
        }
    }

    @Test func citationsAndAnchorsAreFound() {
        let text = """
            /// As there (Numerics §5.1; OCP MX v1.0 §6.3). More in Numerics
            /// §6, RFC 8259 §7.
            """
        #expect(
            Documents.Text.citations(in: text) == [
                .init(document: "Numerics", section: "5.1"), .init(document: "Numerics", section: "6"),
            ])
        #expect(
            Documents.Text.anchors(in: "# 4 Blocks of levels: NF4, and `FP4`\ntext\n## A–B")
                == ["4-blocks-of-levels-nf4-and-fp4", "ab"])
    }

    /// All but this file, whose examples cite what there isn't.
    private func citingTexts() throws -> [Documents.Text] {
        try Documents.code().filter { !$0.path.hasSuffix("/DocumentTests.swift") }
    }
}
