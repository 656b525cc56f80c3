import NibbleQuantization
import NibbleTerminal
import NibbleTransformers
import Testing

@testable import NibbleExplorer

@Suite struct TreeTests {
    private func names(_ driver: Driver) -> [String] {
        driver.state.workspace?.rows.map { row in
            switch row.id {
            case .block(let block): "[\(block)]"
            case .layer(let id): id.name
            }
        } ?? []
    }

    @Test func onlyTheFirstBlockStartsUnfolded() {
        let driver = ExplorerFixture.explorer()
        let rows = names(driver)
        #expect(rows.first == "embed_tokens")
        #expect(rows.last == "[1]")
        #expect(rows.contains("layers.0.mlp.down_proj"))
        #expect(!rows.contains("layers.1.mlp.down_proj"))
        #expect(!rows.contains("lm_head"), "the tied head is the embedding's layer")
    }

    @Test func arrowsFoldAndUnfold() {
        var driver = ExplorerFixture.explorer()
        driver.press("left")
        #expect(names(driver) == ["embed_tokens", "[0]", "[1]"])
        #expect(driver.state.workspace?.tree.cursor == .block(0))
        driver.press("right", "end", "l")
        #expect(names(driver).contains("layers.1.attn.q_proj"))
    }

    @Test func theCursorStaysInsideTheTree() {
        var driver = ExplorerFixture.explorer()
        driver.press("home", "k", "k")
        #expect(driver.state.workspace?.tree.cursor == .layer(LayerPath("embed_tokens")))
        driver.press("end", "j", "pgdn")
        #expect(driver.state.workspace?.tree.cursor == .block(1))
    }

    @Test func aFilterWorksWhileItIsTypedAndEscapeRestoresTheOneBefore() {
        var driver = ExplorerFixture.explorer()
        driver.press("/")
        driver.type("down")
        #expect(names(driver) == ["[0]", "layers.0.mlp.down_proj", "[1]"])
        driver.press("esc")
        #expect(names(driver).count > 3)
        driver.press("/")
        driver.type("[")
        driver.press("enter")
        #expect(driver.state.notice?.kind == .refusal)
    }

    @Test func ordersSortBySizeNameAndError() throws {
        var driver = ExplorerFixture.explorer()
        driver.press("V", "f")
        driver.type("int4")
        driver.press("enter", "s")
        #expect(names(driver) == names(driver).sorted())
        driver.press("s")
        let workspace = try #require(driver.state.workspace)
        let sizes = workspace.rows.compactMap { row in
            workspace.model.layer(row.layers[0])?.shape.elementCount
        }
        #expect(sizes == sizes.sorted(by: >))
        driver.press("s")
        let errors = try #require(driver.state.workspace).rows.compactMap {
            driver.state.workspace?.figures(of: $0.layers[0])?.relativeError
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
        #expect(driver.state.workspace?.tree.cursor == .layer(LayerPath("layers.0.attn.v_proj")))
        driver.press("n")
        #expect(
            driver.state.workspace?.tree.cursor == .layer(LayerPath("layers.1.attn.v_proj")),
            "it unfolds the block")
        driver.press("n")
        #expect(driver.state.workspace?.tree.cursor == .layer(LayerPath("layers.0.attn.v_proj")))
    }

    @Test func aClickChoosesARowAndTheWheelScrolls() throws {
        var driver = ExplorerFixture.explorer()
        let layout = ExplorerLayout(size: Size(100, 30))
        let rows = names(driver)
        let index = try #require(rows.firstIndex(of: "layers.0.attn.o_proj"))
        let point = Point(layout.treeRows.x + 5, layout.treeRows.y + index)
        driver.send(.terminal(.mouse(MouseEvent(.press(.left), at: point))))
        #expect(driver.state.workspace?.tree.cursor == .layer(LayerPath("layers.0.attn.o_proj")))
        driver.send(.terminal(.mouse(MouseEvent(.wheelUp, at: point))))
        #expect(driver.state.workspace?.tree.cursor == .layer(LayerPath("layers.0.attn.q_proj")))
    }

    @Test func theMouseCanBeSwitchedOff() {
        var driver = ExplorerFixture.explorer()
        driver.press("o")
        #expect(!driver.state.isMouseEnabled)
        driver.press("o")
        #expect(driver.state.isMouseEnabled)
    }
}
