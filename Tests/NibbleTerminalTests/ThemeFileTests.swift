import Foundation
import NibbleTestSupport
import Testing

@testable import NibbleTerminal

@Suite struct ThemeFileTests {
    private static let digits = (0..<16).map { "base0" + String($0, radix: 16, uppercase: true) }

    private func colors(indent: String) -> String {
        Self.digits.enumerated().map { "\(indent)\($1): \"\(String(0x101010 * ($0 + 1), radix: 16))\"" }
            .map { $0.replacing("\"101010\"", with: "\"#101010\"") }.prefix(15).joined(separator: "\n")
            + "\n\(indent)base0F: \"abcdef\"\n"
    }

    @Test func bothFormsOfTheFileAreRead() throws {
        let present = try ThemeReader.read(
            "system: \"base16\"\nname: \"New\"\nauthor: \"A\"\nvariant: \"light\"\npalette:\n"
                + colors(indent: "  "),
            file: "a.yaml")
        let older = try ThemeReader.read(
            "scheme: \"Old\"\nauthor: \"B\"\n" + colors(indent: ""), file: "b.yaml")
        #expect(present.name == "New" && present.author == "A" && present.isLight)
        #expect(older.name == "Old" && older.author == "B" && !older.isLight)
        for theme in [present, older] {
            #expect(theme[.background] == Color(0x101010))
            #expect(theme[.brown] == Color(0xABCDEF))
        }
    }

    @Test func aBrokenColourIsNamedWithItsLine() {
        let text = "scheme: \"x\"\n" + colors(indent: "").replacing("\"abcdef\"", with: "\"abc\\e[31m\"")
        let error = #expect(throws: ThemeError.self) { try ThemeReader.read(text, file: "bad.yaml") }
        let sentence = error.map { "\($0)" } ?? ""
        #expect(sentence.contains("bad.yaml") && sentence.contains("17") && sentence.contains("base0F"))
        #expect(!sentence.unicodeScalars.contains { TextTests.isForbidden($0.value) })
    }

    @Test func laterFoldersWinAndProblemsAreKept() throws {
        try TemporaryFolder.with("themes") { root in
            let folders = ["a", "b", "missing"].map { root.appendingPathComponent($0) }
            for folder in folders.prefix(2) {
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                let text = "scheme: \"From \(folder.lastPathComponent)\"\n" + colors(indent: "")
                try text.write(
                    to: folder.appendingPathComponent("same.yaml"), atomically: true, encoding: .utf8)
            }
            try Data([0xFF, 0xFE, 0]).write(to: folders[0].appendingPathComponent("broken.yml"))
            let library = ThemeLibrary(folders: folders)
            #expect(library.entries.map(\.identifier) == ["nibble", "same"])
            #expect(library.theme(named: "SAME")?.name == "From b")
            #expect(library.problems.map { "\($0)" }.allSatisfy { $0.contains("broken.yml") })
            #expect(library.problems.count == 1)
            #expect(throws: ThemeError.self) { try ThemeLibrary.theme(at: folders[2]) }
            #expect(throws: ThemeError.self) { try ThemeLibrary.theme(at: folders[0]) }
        }
    }

    @Test func theUsersFolderFollowsTheEnvironment() {
        let configured = ThemeLibrary.userFolder(environment: ["XDG_CONFIG_HOME": "/c", "HOME": "/h"])
        #expect(configured?.path == "/c/nibble/themes")
        #expect(ThemeLibrary.userFolder(environment: ["HOME": "/h"])?.path == "/h/.config/nibble/themes")
        #expect(ThemeLibrary.userFolder(environment: [:]) == nil)
    }

    /// Valid files with a few places changed, so that most inputs get past the first checks.
    @Test func changedFilesAreReadOrExplained() {
        var generator = SeededGenerator(seed: 99)
        let whole = "name: \"N\"\nauthor: \"A\"\nvariant: \"dark\"\npalette:\n" + colors(indent: "  ")
        let parts = [
            "\"", ":", "\n", "\u{202E}", "[", "{", "&a ", "*a", "\u{1B}", "base0A", "zz", "- ", "\t", "", "é",
        ]
        let letters = ["0", "7", "a", "F", "e"]
        var readable = 0
        for _ in 0..<20_000 {
            var lines = whole.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            for _ in 0..<(Bool.random(using: &generator) ? 1 : 2) {
                let line = Int.random(in: 0..<lines.count, using: &generator)
                let place = Int.random(in: 0...lines[line].count, using: &generator)
                let kept = lines[line].prefix(place)
                // Half of the changes put a letter or digit in the place of another, which leaves the form whole.
                let isGentle = Bool.random(using: &generator)
                let skipped = isGentle ? 1 : Int.random(in: 0...2, using: &generator)
                let part = (isGentle ? letters : parts).randomElement(using: &generator) ?? ""
                lines[line] = kept + part + lines[line].dropFirst(place + skipped)
            }
            do {
                let theme = try ThemeReader.read(lines.joined(separator: "\n"), file: "f\u{1B}.yaml")
                readable += 1
                #expect(
                    !(theme.name + theme.author).unicodeScalars.contains { TextTests.isForbidden($0.value) })
            } catch {
                #expect("\(error)".hasSuffix("."))
                #expect(!"\(error)".unicodeScalars.contains { TextTests.isForbidden($0.value) }, "\(error)")
            }
        }
        #expect(readable > 2_000 && readable < 19_000)
    }
}
