import Foundation
import NibbleCheckpoints
import NibbleKernels
import NibbleTerminal
import NibbleTestSupport
import Testing

@testable import NibbleExplorer

/// Screens as text, compared with files in `Snapshots`.
///
/// `NIBBLE_RECORD_SNAPSHOTS=1` writes them anew; look at the difference before you commit it.
@Suite struct SnapshotTests {
    static let sizes = [Size(80, 24), Size(100, 30), Size(160, 45)]
    /// Sizes that are small or large one way only, and the largest.
    static let unevenSizes = [
        Size(60, 20), Size(80, 23), Size(79, 24), Size(200, 20), Size(72, 50), Size(300, 80),
    ]

    @Test(arguments: sizes) func explorerAsStored(_ size: Size) throws {
        try check(ExplorerFixture.explorer(size: size), "explorer-as-stored")
    }

    @Test(arguments: sizes + unevenSizes) func explorerWithAClippedLayer(_ size: Size) throws {
        try check(quantized(size), "explorer-clipped")
    }

    @Test(arguments: sizes) func explorerOfOneGroupInBlocks(_ size: Size) throws {
        var driver = quantized(size)
        driver.press("c", "g", "g", "down", "right")
        try check(driver, "explorer-group")
    }

    @Test(arguments: sizes) func explorerOfCodes(_ size: Size) throws {
        var driver = quantized(size)
        driver.press("g")
        try check(driver, "explorer-codes")
    }

    @Test(arguments: sizes + unevenSizes) func compare(_ size: Size) throws {
        var driver = quantized(size)
        driver.measuresMovements = true
        driver.press("V", "f")
        driver.type("int4")
        driver.press("enter", "esc", "enter", "2", "home", "n")
        try check(driver, "compare")
    }

    @Test(arguments: EncoderFixture.allCases, sizes + [Size(60, 20), Size(72, 50), Size(300, 80)])
    func compareOfEncoders(_ fixture: EncoderFixture, _ size: Size) throws {
        var driver = fixture.compared(size: size)
        driver.press("j")
        if fixture == .masks { driver.press("l") }
        try check(driver, "compare-\(fixture)")
    }

    /// The third image is cut short.
    @Test(arguments: sizes + [Size(60, 20), Size(72, 50), Size(300, 80)])
    func compareOfImages(_ size: Size) throws {
        var driver = EncoderFixture.explorer(EncoderFixture.vision, size: size, firstPrompt: "pictures")
        driver.measuresMovements = true
        driver.press("V", "f")
        driver.type("int2")
        driver.press("enter", "esc", "2", "j")
        try check(driver, "compare-images")
    }

    /// With pinned plans beside the one that is edited.
    @Test(arguments: [Size(100, 30), Size(160, 45)]) func compareOfSeveralPlans(_ size: Size) throws {
        var driver = EncoderFixture.classes.compared(size: size, format: "int4")
        driver.press("p", "1", "V", "f")
        driver.type("int3")
        driver.press("enter", "p", "f")
        driver.type("int2")
        driver.press("enter", "esc", "2", "tab")
        try check(driver, "compare-plans")
    }

    @Test(arguments: EncoderFixture.allCases, [Size(100, 30), Size(160, 45)])
    func explorerOfEncoders(_ fixture: EncoderFixture, _ size: Size) throws {
        var driver = fixture.compared(size: size)
        driver.press("1")
        try check(driver, "explorer-\(fixture)")
    }

    @Test(arguments: EncoderFixture.allCases) func promptOfEncoders(_ fixture: EncoderFixture) throws {
        var driver = fixture.explorer(size: Size(80, 24))
        driver.press("i")
        try check(driver, "prompt-\(fixture)")
    }

    @Test(arguments: sizes) func help(_ size: Size) throws {
        var driver = ExplorerFixture.explorer(size: size)
        driver.press("?")
        try check(driver, "help")
    }

    @Test(
        .enabled(
            if: InstructionSet.current.name != "portable",
            "the picker's card names the loops of this machine, and the files show vectorised ones"),
        arguments: sizes)
    func formatPicker(_ size: Size) throws {
        var driver = ExplorerFixture.explorer(size: size)
        driver.press("f")
        driver.type("8")
        try check(driver, "formats")
    }

    @Test(arguments: sizes) func prompt(_ size: Size) throws {
        var driver = ExplorerFixture.explorer(size: size)
        driver.press("i")
        driver.type(" 日本")
        try check(driver, "prompt")
    }

    @Test(arguments: sizes) func chooser(_ size: Size) throws {
        var driver = Driver(size: size)
        driver.state.chooser.show(ChooserTests.sections)
        try check(driver, "chooser")
    }

    @Test(arguments: sizes) func sortedByError(_ size: Size) throws {
        var driver = quantized(size)
        driver.press("s", "s", "s")
        try check(driver, "sorted")
    }

    @Test(arguments: [Size(59, 20), Size(40, 10), Size(20, 5), Size(12, 3)]) func small(_ size: Size) throws {
        try check(quantized(size), "small")
    }

    private func quantized(_ size: Size) -> Driver {
        var driver = ExplorerFixture.explorer(size: size)
        driver.press("f")
        driver.type("int4")
        driver.press("enter", "[", "<", "<", "<", "<", "<", "<")
        return driver
    }

    private func check(_ driver: Driver, _ name: String) throws {
        let size = driver.state.size
        let folder = RepositoryPaths.root.appendingPathComponent("Tests/NibbleExplorerTests/Snapshots")
        let file = folder.appendingPathComponent("\(name)-\(size.width)x\(size.height).txt")
        let screen = driver.screen + "\n"
        if MarkedPart.isRecording {
            try Data(screen.utf8).write(to: file, options: .atomic)
        }
        let expected = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        #expect(screen == expected, "\(file.lastPathComponent)")
    }
}
