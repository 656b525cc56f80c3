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
        let root = FileManager.default.temporaryDirectory.appendingPathComponent(
            "themes-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        let folders = ["a", "b", "missing"].map { root.appendingPathComponent($0) }
        for folder in folders.prefix(2) {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let text = "scheme: \"From \(folder.lastPathComponent)\"\n" + colors(indent: "")
            try text.write(to: folder.appendingPathComponent("same.yaml"), atomically: true, encoding: .utf8)
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

    @Test func theUsersFolderFollowsTheEnvironment() {
        let configured = ThemeLibrary.userFolder(environment: ["XDG_CONFIG_HOME": "/c", "HOME": "/h"])
        #expect(configured?.path == "/c/nibble/themes")
        #expect(ThemeLibrary.userFolder(environment: ["HOME": "/h"])?.path == "/h/.config/nibble/themes")
        #expect(ThemeLibrary.userFolder(environment: [:]) == nil)
    }
}
