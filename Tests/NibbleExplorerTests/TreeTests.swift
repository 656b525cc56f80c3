import NibbleQuantization
import NibbleTerminal
import NibbleTransformers
import Testing

@testable import NibbleExplorer

@Suite struct TreeTests {
    private func names(_ driver: Driver) -> [String] {
        guard let workspace = driver.state.workspace else { return [] }
        return workspace.rows.all.map { name(of: $0.entry, workspace) }
    }

    /// A layer's path, or a group's in brackets.
    private func name(of entry: LayerHierarchy.Entry, _ workspace: Workspace) -> String {
        switch entry {
        case .group(let group): "[\(workspace.table.structure.hierarchy.groups[group].path)]"
        case .layer(let layer): workspace.model.layers[layer].id.name
        }
    }

    /// What stands under the cursor.
    private func cursor(_ driver: Driver) -> String? {
        guard let workspace = driver.state.workspace, let entry = workspace.tree.cursor else { return nil }
        return name(of: entry, workspace)
    }

    @Test func onlyTheFirstBlockStartsUnfolded() {
        let driver = ExplorerFixture.explorer()
        let rows = names(driver)
        #expect(rows.first == "embed_tokens")
        #expect(rows.last == "[layers.1]")
        #expect(rows.contains("layers.0.mlp.down_proj"))
        #expect(!rows.contains("layers.1.mlp.down_proj"))
        #expect(!rows.contains("lm_head"), "the tied head is the embedding's layer")
    }

    @Test func arrowsFoldAndUnfold() {
        var driver = ExplorerFixture.explorer()
        driver.press("left")
        #expect(names(driver) == ["embed_tokens", "[layers.0]", "[layers.1]"])
        #expect(cursor(driver) == "[layers.0]")
        driver.press("right", "end", "l")
        #expect(names(driver).contains("layers.1.attn.q_proj"))
    }

    @Test func theCursorStaysInsideTheTree() {
        var driver = ExplorerFixture.explorer()
        driver.press("home", "k", "k")
        #expect(cursor(driver) == "embed_tokens")
        driver.press("end", "j", "pgdn")
        #expect(cursor(driver) == "[layers.1]")
    }

    @Test func aFilterWorksWhileItIsTypedAndEscapeRestoresTheOneBefore() {
        var driver = ExplorerFixture.explorer()
        driver.press("/")
        driver.type("down")
        #expect(
            names(driver) == ["[layers.0]", "layers.0.mlp.down_proj", "[layers.1]", "layers.1.mlp.down_proj"])
        driver.press("esc")
        #expect(names(driver).count > 4)
        driver.press("/")
        driver.type("[")
        driver.press("enter")
        #expect(driver.state.overlay != nil && driver.screen.contains("Character 1:"))
    }

    @Test func ordersSortBySizeNameAndError() throws {
        var driver = ExplorerFixture.explorer()
        driver.press("V", "f")
        driver.type("int4")
        driver.press("enter", "s")
        #expect(names(driver) == names(driver).sorted())
        driver.press("s")
        let workspace = try #require(driver.state.workspace)
        let sizes = names(driver).compactMap { workspace.model.layer(LayerPath($0))?.shape.elementCount }
        #expect(sizes.count == ExplorerFixture.model.layers.count)
        #expect(sizes == sizes.sorted(by: >))
        driver.press("s")
        let errors = names(driver).compactMap {
            driver.state.workspace?.figures(of: LayerPath($0))?.relativeError
        }
        #expect(errors.count == ExplorerFixture.model.layers.count)
        #expect(errors == errors.sorted(by: >))
    }

    @Test func nextHurtLayerGoesRoundThoseAboveTenPerCent() throws {
        var driver = ExplorerFixture.explorer()
        driver.press("n")
        #expect(driver.state.notice?.text.contains("No layer is hurt") == true)
        driver.press("/")
        driver.type("v_proj")
        driver.press("enter", "V", "f")
        driver.type("int2")
        driver.press("enter", "esc", "esc")
        driver.press("home", "n")
        #expect(cursor(driver) == "layers.0.attn.v_proj")
        driver.press("n")
        #expect(
            cursor(driver) == "layers.1.attn.v_proj",
            "it unfolds the block")
        driver.press("n")
        #expect(cursor(driver) == "layers.0.attn.v_proj")
    }

    @Test func aClickChoosesARowAndTheWheelScrolls() throws {
        var driver = ExplorerFixture.explorer()
        let layout = ExplorerLayout(size: Size(100, 30))
        let rows = names(driver)
        let index = try #require(rows.firstIndex(of: "layers.0.attn.o_proj"))
        let point = Point(layout.treeRows.x + 5, layout.treeRows.y + index)
        driver.send(.terminal(.mouse(MouseEvent(.press(.left), at: point))))
        #expect(cursor(driver) == "layers.0.attn.o_proj")
        driver.send(.terminal(.mouse(MouseEvent(.wheelUp, at: point))))
        #expect(cursor(driver) == "layers.0.attn.q_proj")
    }

    @Test func theMouseCanBeSwitchedOff() {
        var driver = ExplorerFixture.explorer()
        driver.press("o")
        #expect(!driver.state.isMouseEnabled)
        driver.press("o")
        #expect(driver.state.isMouseEnabled)
    }
}
