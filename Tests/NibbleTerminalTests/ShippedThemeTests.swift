import Foundation
import NibbleTestSupport
import Testing

@testable import NibbleTerminal

@Suite struct ShippedThemeTests {
    private static let folder = RepositoryPaths.root.appendingPathComponent("Themes")

    @Test func atLeastEightThemesAreReadWithoutAProblem() {
        let library = ThemeLibrary(folders: [Self.folder])
        #expect(library.problems.isEmpty)
        #expect(library.entries.count >= 9, "eight files and the built-in one")
        #expect(library.entries.contains { $0.theme.isLight })
        #expect(library.entries.contains { !$0.theme.isLight })
    }

    @Test func everyTextCanBeReadOnItsGround() {
        for entry in ThemeLibrary(folders: [Self.folder]).entries {
            let theme = entry.theme
            let needed = entry.identifier.hasPrefix("beacon") ? 10.0 : 7.0
            #expect(theme.text.contrast(to: theme.background) >= needed, "\(theme.name): text")
            #expect(theme.text.contrast(to: theme.bar) >= 4.5, "\(theme.name): text on the chosen row")
            #expect(theme.muted.contrast(to: theme.background) >= 4.5, "\(theme.name): muted")
            #expect(theme.mutedOnBar.contrast(to: theme.bar) >= 4.5, "\(theme.name): muted on the bar")
            for slot in [Slot.red, .orange, .yellow, .green, .cyan, .blue, .purple] {
                #expect(theme[slot].contrast(to: theme.background) >= 4.5, "\(theme.name): \(slot)")
            }
        }
    }

    /// Deuteranopia as Viénot, Brettel and Mollon simulate it ("Digital video colourmaps for checking the legibility of
    /// displays by dichromats", 1999): red and green become one; what remains must still differ.
    @Test(arguments: ["Lantern Dark", "Lantern Light"]) func safeThemesDifferWithoutRedAndGreen(
        _ name: String
    ) throws {
        let theme = try #require(ThemeLibrary(folders: [Self.folder]).theme(named: name))
        #expect(distance(theme.good, theme.bad) > 0.25)
        #expect(distance(theme.original, theme.plan) > 0.25)
        #expect(distance(theme.bad, theme.original) > 0.25)
    }

    private func distance(_ first: Color, _ second: Color) -> Double {
        let difference = dichromat(first) - dichromat(second)
        return (difference * difference).sum().squareRoot()
    }

    /// Linear red, green and blue as a deuteranope sees them.
    private func dichromat(_ color: Color) -> SIMD3<Double> {
        let value = Int(color.value)
        let parts = SIMD3(Double(value >> 16 & 255), Double(value >> 8 & 255), Double(value & 255)) / 255
        let linear = SIMD3(linear(parts.x), linear(parts.y), linear(parts.z))
        let redGreen = 0.29275 * linear.x + 0.70725 * linear.y
        return SIMD3(redGreen, redGreen, -0.02234 * linear.x + 0.02234 * linear.y + linear.z)
    }

    private func linear(_ part: Double) -> Double {
        part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
    }

    @Test func aThemeFileIsFoundByItsNameInAnyForm() throws {
        let library = ThemeLibrary(folders: [Self.folder])
        #expect(library.theme(named: "night orchard")?.name == "Night Orchard")
        #expect(library.theme(named: "Night-Orchard")?.name == "Night Orchard")
        #expect(library.theme(named: "nowhere") == nil)
    }

    @Test func brokenThemesGiveASentenceWithFileAndLine() {
        let cases = [
            ("scheme: \"x\"\nbase00: \"zzzzzz\"\n", "base"), ("- a\n- b\n", "x.yaml"), ("a: [1\n", "x.yaml"),
            ("", "x.yaml"),
        ]
        for (text, part) in cases {
            let error = #expect(throws: ThemeError.self) { try ThemeReader.read(text, file: "x.yaml") }
            #expect(error.map { "\($0)" }?.contains(part) == true, "\(text)")
            #expect(error.map { "\($0)" }?.hasSuffix(".") == true, "\(String(describing: error))")
        }
    }

    @Test func controlCharactersOfAThemeNeverReachTheScreen() throws {
        let file = try String(contentsOf: Self.folder.appendingPathComponent("ember.yaml"), encoding: .utf8)
        let theme = try ThemeReader.read(
            file.replacing("\"Ember\"", with: "\"E\\e[31mm\\u202E\""), file: "x.yaml")
        #expect(!theme.name.unicodeScalars.contains { $0.value < 32 || $0.value == 0x202E })
    }
}
