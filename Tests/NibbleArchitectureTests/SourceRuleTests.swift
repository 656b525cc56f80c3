import Foundation
import NibbleTestSupport
import Testing

/// Rules that every source file keeps, because a file from elsewhere must never be able to stop the program.
struct SourceRuleTests {
    private let files: [SourceFile]

    init() throws { files = try SourceFile.all(in: "Sources") }

    /// Every place where `pattern` matches code, as `path:line: text`.
    private func places(_ pattern: some RegexComponent, in files: [SourceFile]) -> [String] {
        files.flatMap { file in
            zip(1..., file.codeLines).filter { $0.1.contains(pattern) }
                .map { "\(file.path):\($0.0): \($0.1.trimmingCharacters(in: .whitespaces))" }
        }
    }

    @Test func filesStaySmall() throws {
        for file in try files + SourceFile.all(in: "Tests") {
            #expect(file.lines.count <= 400, "\(file.path) has \(file.lines.count) lines")
        }
    }

    @Test func nothingIsForced() {
        // Where kernels walk over memory that is never empty, a buffer's address may be taken.
        let walkers: Set = ["NibbleKernels", "NibbleTransformers"]
        let forced = places(#/[\w\)\]\}]!(?![=\w])/#, in: files).filter { place in
            !(place.contains(".baseAddress!") && walkers.contains { place.hasPrefix("Sources/\($0)/") })
        }
        #expect(forced == [], "a force unwrap can end the program")
        #expect(places(#/\b(try|as)!/#, in: files) == [], "a forced try or cast can end the program")
        #expect(places(#/\bfatalError\b/#, in: files) == [], "errors are thrown, as sentences")
        #expect(places(#/\bunsafeBitCast\b/#, in: files) == [])
    }

    @Test func librariesDoNotPrint() {
        let libraries = files.filter { $0.module != "nibble" }
        #expect(places(#/\b(print|debugPrint|NSLog)\(/#, in: libraries) == [])
        let quitters: Set = ["NibbleTerminal", "NibbleCommandLine"]
        #expect(places(#/\bexit\(/#, in: libraries.filter { !quitters.contains($0.module) }) == [])
    }

    /// `Bundle.module` ends the program when the executable has been moved.
    @Test func resourcesAreNotReadFromTheBundle() {
        #expect(places(#/\bBundle\.(module|main)\b/#, in: files) == [])
    }

    @Test func nothingIsLeftToDo() {
        for file in files {
            for (number, line) in zip(1..., file.lines) {
                #expect(!line.contains(#/\b(TODO|FIXME|XXX)\b/#), "\(file.path):\(number): \(line)")
            }
        }
    }

    /// The list of formats has one home: elsewhere nobody tells formats apart by name.
    @Test func noFileOutsideTheCatalogueSwitchesOverFormats() {
        let name = #/case\s+"(f32|f16|bf16|int[2-8](-asym)?|fixed\d+|q\d_[0-9k](_[a-z]+)?)"/#
        for file in files where !file.path.hasPrefix("Sources/NibbleKernels/Formats/") {
            for (number, line) in zip(1..., file.lines) {
                #expect(!line.contains(name), "\(file.path):\(number): \(line)")
            }
        }
    }

    /// Files are mapped or read in bounded pieces; only small texts, with a limit, are read whole.
    @Test func checkpointsAreNotReadWhole() {
        let readers = files.filter { $0.module == "NibbleCheckpoints" || $0.module == "NibbleTokenizers" }
        #expect(places(#/\b(Data|String)\(contentsOf/#, in: readers) == [])
    }

    @Test func commentsAndTextAreNotTakenForCode() {
        let text = #"""
            let a = "x!" // y!
            /* z! /* w! */ */ let b = "\(c!) \"d!\""
            let e = #"f!"# + """
                g!
                """
            """#
        let file = SourceFile(path: "", module: "", text: text)
        #expect(file.codeLines.count == 5)
        #expect(!file.codeLines.joined().contains("!"))
        let imports =
            "import A\n@testable import B\npublic import struct C.D\nlet x = \"import E\"\n// import F"
        #expect(SourceFile(path: "", module: "", text: imports).imports == ["A", "B", "C"])
    }
}
