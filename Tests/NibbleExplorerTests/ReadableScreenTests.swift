import NibbleTestSupport
import Testing

@testable import NibbleExplorer
@testable import NibbleTerminal

/// Every screen in every theme with every number of colours: what is drawn can be read, and what matters can be told
/// apart without colour.
@Suite struct ReadableScreenTests {
    private static let themes = ThemeLibrary(
        folders: [RepositoryPaths.root.appendingPathComponent("Themes")]
    ).entries.map(\.theme)
    private static let depths: [ColorDepth] = [.eight, .sixteen, .indexed, .direct]

    /// The screens and dialogs at a size, with a clipped layer and a comparison that differs.
    private static func drivers(_ size: Size) -> [(name: String, driver: Driver)] {
        var clipped = ExplorerFixture.explorer(size: size)
        clipped.press("f")
        clipped.type("int4")
        clipped.press("enter", "[", "<", "<", "<", "<", "<", "<", "v", "home", "down", "down")
        func after(_ keys: String...) -> Driver {
            var driver = clipped
            for key in keys { driver.press(key) }
            return driver
        }
        var compared = clipped
        compared.press("V", "f")
        compared.type("int4")
        compared.press("enter", "esc", "enter", "2", "home", "n")
        let encoders = EncoderFixture.allCases.map { fixture in
            var driver = fixture.compared(size: size)
            driver.press("j", "l")
            return (name: "compare \(fixture)", driver: driver)
        }
        let strips = EncoderFixture.allCases.map { fixture in
            var driver = fixture.compared(size: size)
            driver.press("1")
            return (name: "explorer \(fixture)", driver: driver)
        }
        var chooser = Driver(size: size)
        chooser.state.chooser.show(ChooserTests.sections)
        return [
            ("stored", ExplorerFixture.explorer(size: size)), ("clipped", clipped), ("blocks", after("c")),
            ("codes", after("g")), ("sorted", after("s", "s", "s")), ("help", after("?")),
            ("formats", after("f")),
            ("themes", after("t")), ("prompt", after("i")), ("compare", compared), ("chooser", chooser),
        ] + encoders + strips
    }

    @Test(arguments: [Size(80, 24), Size(100, 30), Size(160, 45)])
    func whatIsDrawnCanBeReadInEveryThemeWithAnyNumberOfColours(_ size: Size) {
        for (name, driver) in Self.drivers(size) {
            for theme in Self.themes {
                var state = driver.state
                state.theme = theme
                let buffer = FrameView(state: state).render()
                for depth in Self.depths {
                    for problem in unreadable(buffer, depth) {
                        Issue.record("\(name), \(theme.name), \(depth): \(problem)")
                    }
                }
            }
        }
    }

    /// The cells whose contrast is too low, each kind once.
    ///
    /// WCAG 2.2 asks 3:1 of large text and of signs that matter (1.4.3, 1.4.11), which is asked here of all text but of
    /// that behind an open dialog, which it leaves out as inactive and which must only be there. Pictures keep
    /// their own colours; frames, tracks and gridlines are decoration. Numbers of ANSI colours have no one look: two common
    /// ones are asked.
    private func unreadable(_ buffer: CellBuffer, _ depth: ColorDepth) -> Set<String> {
        var palette = PaletteMapping(depth: depth)
        var problems: Set<String> = []
        for y in 0..<buffer.size.height {
            for cell in buffer.row(y)
            where cell.width > 0 && cell.text != " " && !cell.style.attributes.contains(.picture) {
                guard let numbers = palette.numbers(of: cell, ground: buffer.ground) else { continue }
                let contrast = Self.contrast(numbers, depth)
                let isText = cell.text.allSatisfy { $0.isLetter || $0.isNumber || $0.isASCII }
                let isBehind = cell.style.attributes.contains(.dim)
                let least =
                    switch depth {
                    case .eight, .sixteen: ANSIColors.leastContrast(hasBright: depth == .sixteen)
                    default: isBehind ? 1.05 : isText ? 3 : 1.15
                    }
                guard contrast < least, !isBarBeforeAnother(cell, depth) else { continue }
                let colors =
                    "\(cell.style.foreground.map(\.description) ?? "–") on \(cell.style.background.map(\.description) ?? "–")"
                problems.insert(
                    "\(cell.text) has \((contrast * 10).rounded() / 10), \(colors), as \(numbers)")
            }
        }
        return problems
    }

    /// Whether a cell holds the end of a bar in front of another whose hue alone tells them apart, by three times the
    /// distance in Oklab that is just seen side by side (about 0.05).
    private func isBarBeforeAnother(_ cell: Cell, _ depth: ColorDepth) -> Bool {
        guard depth == .direct || depth == .indexed, Blocks.lowerEighths(of: cell.text) != nil,
            let front = cell.style.foreground, let back = cell.style.background
        else { return false }
        let difference = front.oklab - back.oklab
        return (difference * difference).sum() > 0.15 * 0.15
    }

    private static func contrast(_ numbers: PaletteMapping.Numbers, _ depth: ColorDepth) -> Double {
        let (first, second) = (Int(numbers.foreground), Int(numbers.background))
        guard first >= 0, second >= 0 else { return 0 }
        switch depth {
        case .none: return 0
        case .eight, .sixteen: return ANSIColors.contrast(first, second)
        case .indexed:
            return IndexedColors.palette[first - 16].contrast(to: IndexedColors.palette[second - 16])
        case .direct: return Color(UInt32(first)).contrast(to: Color(UInt32(second)))
        }
    }

    // MARK: Without colours

    /// What a terminal without colours is sent: characters and attributes.
    private func monochrome(_ driver: Driver) -> [[Cell]] {
        let buffer = FrameView(state: driver.state).render()
        return (0..<buffer.size.height).map { buffer.row($0).map(Monochrome.cell(for:)) }
    }

    @Test(arguments: [Size(80, 24), Size(100, 30), Size(160, 45)])
    func withoutColoursTheChosenStandsInReverseVideo(_ size: Size) throws {
        let drivers = Self.drivers(size)
        for (name, driver) in drivers where name != "help" && name != "prompt" {
            let focus = try #require(FrameView(state: driver.state).render().focus, "\(name)")
            let rows = monochrome(driver)
            #expect(rows[focus.y][focus.x].style.attributes.contains(.reverse), "\(name)")
        }
        let compare = try #require(drivers.first { $0.name == "compare" })
        let tab = monochrome(compare.driver)[0].filter { $0.style.attributes.contains(.reverse) }.map(\.text)
            .joined()
        #expect(tab.contains("2 Compare"))
        #expect(!tab.contains("1 Explorer"))
    }

    @Test func withoutColoursTheTwoHistogramsDiffer() throws {
        for (name, driver) in Self.drivers(Size(160, 45)) where ["clipped", "blocks"].contains(name) {
            let texts = Set(monochrome(driver).joined().map(\.text))
            #expect(texts.isSuperset(of: ["█", "▒"]), "\(name)")
        }
    }
}
