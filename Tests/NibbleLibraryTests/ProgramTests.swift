import CNibble
import Foundation
import NibbleTestSupport
import Testing

/// Programs that use the library as others do, built and run.
@Suite struct ProgramTests {
    private static let document = "Documentation/Library.md"

    /// A program in C alone, built against nibble.h.
    @Test func productsFromCAreThoseOfEveryFormat() throws {
        let (code, lines, complaints) = try BuiltProgram(name: "CNibbleProgram").run()
        #expect(code == 0 && complaints == "", "\(complaints)")
        #expect(lines.count == Int(nibble_format_count()) + 1)
        #expect(lines.last == "\(nibble_format_count()) formats, 0 failures")
    }

    /// The document's example in Swift.
    @Test func theExampleMeasuresWhatFourBitsCost() throws {
        let (code, lines, complaints) = try BuiltProgram(name: "NibbleKernelsExample").run()
        #expect(code == 0 && complaints == "", "\(complaints)")
        #expect(lines.count == 2 && lines.last?.hasSuffix("0 overflows") == true)
        // Uniform numbers in 15 levels up to the largest of 32: steps of about 2/15, each error up to half a step.
        let match = try #require(lines.first?.wholeMatch(of: #/error (0\.\d+), 4\.5 bits per weight/#))
        let error = try #require(Double(match.output.1))
        #expect(error > 0.05 && error < 0.08)
    }

    @Test func theDocumentShowsTheExampleAsItIs() throws {
        let example = try text("Tests/NibbleKernelsExample/main.swift")
        #expect(try text(Self.document).contains("```swift\n\(example)```"))
        #expect(example.split(separator: "\n").count <= 20)
        #expect(example.contains("import NibbleKernels\n"))
    }

    /// The functions that the document names are those of the header.
    @Test func theDocumentNamesOnlyFunctionsOfTheHeader() throws {
        let header = try text("Sources/CNibble/include/nibble.h")
        let names = try text(Self.document).matches(of: #/\bnibble_[a-z_]+/#).map { String($0.output) }
        #expect(!names.isEmpty)
        for name in names { #expect(header.contains(name), "\(name)") }
    }

    private func text(_ path: String) throws -> String {
        try String(contentsOf: RepositoryPaths.root.appendingPathComponent(path), encoding: .utf8)
    }
}
