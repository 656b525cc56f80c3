import NibbleQuantization
import NibbleTerminal
import NibbleTestSupport
import NibbleTransformers
import Testing

@testable import NibbleExplorer

/// What an event costs follows from what it changes, not from how many layers the model has.
@Suite struct LargeModelTests {
    /// What was done while `body` ran.
    private func work(_ driver: inout Driver, _ body: (inout Driver) -> Void) -> LayerTable.Work {
        let before = driver.state.workspace?.table.work ?? LayerTable.Work()
        body(&driver)
        let after = driver.state.workspace?.table.work ?? LayerTable.Work()
        return LayerTable.Work(
            layersTouched: after.layersTouched - before.layersTouched,
            entriesSummed: after.entriesSummed - before.entriesSummed,
            rowsMade: after.rowsMade - before.rowsMade)
    }

    private func quantizeAll(_ driver: inout Driver, to format: String) {
        driver.press("V", "f")
        driver.type(format)
        driver.press("enter", "esc")
    }

    /// The paths of groups in brackets, the names of layers, from top to bottom.
    private func names(_ driver: Driver) -> [String] {
        guard let workspace = driver.state.workspace else { return [] }
        return workspace.rows.all.map { row in
            switch row.entry {
            case .group(let group): "[\(workspace.table.structure.hierarchy.groups[group].path)]"
            case .layer(let layer): workspace.model.layers[layer].id.name
            }
        }
    }

    @Test func theTreeHasAsManyLevelsAsPathsHaveGroups() {
        var driver = LargeModel.explorer()
        #expect(driver.state.workspace?.model.layers.count == LargeModel.layerCount)
        let rows = names(driver)
        #expect(
            Array(rows.prefix(3)) == [
                "[layers.0]", "layers.0.self_attn.q_proj", "[layers.0.mlp.experts.0]",
            ])
        #expect(rows.count == LargeModel.blocks + 1 + LargeModel.experts, "only the first block is unfolded")
        #expect(driver.screen.contains("▾ layers.0") && driver.screen.contains("├ q_proj"))
        #expect(driver.screen.contains("▸ mlp.experts.0") && !driver.screen.contains("down_proj"))
        driver.press("j", "right")
        #expect(
            Array(names(driver)[2...5]) == [
                "[layers.0.mlp.experts.0]", "layers.0.mlp.experts.0.down_proj",
                "layers.0.mlp.experts.0.gate_proj", "layers.0.mlp.experts.0.up_proj",
            ])
        #expect(driver.screen.contains("▾ mlp.experts.0") && driver.screen.contains("╰ up_proj"))
        #expect(driver.screen.contains("Details  L0.E0.down_proj"))
    }

    @Test func foldingGoesFromTheInnerGroupToTheOuter() throws {
        var driver = LargeModel.explorer()
        driver.press("j", "right", "j", "left")
        let workspace = try #require(driver.state.workspace)
        let groups = workspace.table.structure.hierarchy.groups
        let expert = try #require(groups.firstIndex { $0.path == "layers.0.mlp.experts.0" })
        #expect(workspace.tree.cursor == .group(expert) && workspace.tree.foldedGroups.contains(expert))
        driver.press("left")
        #expect(driver.state.workspace?.tree.cursor == .group(0))
        #expect(names(driver) == (0..<LargeModel.blocks).map { "[layers.\($0)]" })
        driver.press("left")
        #expect(driver.state.notice?.kind == .refusal, "there is no group around a block")
    }

    @Test func aGroupIsMarkedAndEditedAsAWhole() throws {
        var driver = LargeModel.explorer()
        driver.press("j", "space")
        let format = { (name: String) in
            driver.state.workspace?.setting(of: LayerPath(name))?.storage.format
        }
        for part in ["down", "gate", "up"] {
            #expect(format("layers.0.mlp.experts.0.\(part)_proj") != nil)
            #expect(format("layers.0.mlp.experts.1.\(part)_proj") == nil)
        }
        driver.press("end", "v", "home", "x")
        #expect(driver.state.workspace?.table.markedCount == 1 + 3 * LargeModel.experts)
    }

    /// The chosen layer's analysis brings its figures along, and these are summed up.
    private static let analysed = LayerTable.Work(layersTouched: 1, entriesSummed: 4 + LargeModel.experts)

    @Test func movingCostsTheFiguresOfOneLayerAtMost() {
        var driver = LargeModel.explorer()
        quantizeAll(&driver, to: "int4")
        for key in ["j", "k", "pgdn", "pgup", "end", "home", "tab", "c", "t", "esc", "?", "esc"] {
            let done = work(&driver) { $0.press(key) }
            #expect(done.rowsMade == 0 && done.layersTouched <= Self.analysed.layersTouched, "\(key)")
            #expect(done.entriesSummed <= Self.analysed.entriesSummed, "\(key)")
            let again = work(&driver) { $0.press("tab", "shift-tab") }
            #expect(again == LayerTable.Work(), "what is known costs nothing")
        }
    }

    @Test func foldingMakesTheRowsInSightAnewAndNothingElse() {
        var driver = LargeModel.explorer()
        driver.press("j")
        let done = work(&driver) { $0.press("right") }
        #expect(done == LayerTable.Work(rowsMade: names(driver).count))
        #expect(done.rowsMade < 300)
    }

    @Test func anEditSumsUpTheGroupsAroundIt() {
        var driver = LargeModel.explorer()
        driver.press("j", "right", "j")
        let done = work(&driver) { $0.press("space") }
        #expect(done.layersTouched <= 2 && done.rowsMade == 0)
        // Its expert and its block, with the edit and with the figures that follow.
        #expect(done.entriesSummed == 2 * Self.analysed.entriesSummed)
    }

    @Test func anEditOfAllLayersTouchesEachAFewTimes() {
        var driver = LargeModel.explorer()
        let done = work(&driver) { quantizeAll(&$0, to: "int4") }
        // Marked, changed, asked for, taken off: four times each.
        #expect(done.layersTouched <= 4 * LargeModel.layerCount + 1)
        let entries = LargeModel.layerCount + LargeModel.blocks * LargeModel.experts
        #expect(done.entriesSummed <= 3 * entries + Self.analysed.entriesSummed)
        #expect(driver.held.count == 1, "one job computes all figures")
    }

    @Test func figuresComeInBatchesAndTouchTheirLayersOnly() throws {
        var driver = LargeModel.explorer()
        quantizeAll(&driver, to: "int4")
        let (id, job) = try #require(driver.held.last)
        let figures = try #require(job as? FiguresJob)
        let batch = figures.requests.prefix(90).map { request in
            FigureResult(
                layer: request.layer, storage: request.storage,
                figures: LayerFigures(relativeError: 0.25, clippedFraction: 0, nonFiniteCount: 0))
        }
        let done = work(&driver) { $0.report(batch, of: figures, id) }
        #expect(done.layersTouched == batch.count && done.rowsMade == 0)
        #expect(done.entriesSummed <= 3 * batch.count + 1 + LargeModel.experts)
        #expect(driver.held.count == 1, "no further job is asked for")
        driver.press("s", "s", "s")
        let sorted = work(&driver) { $0.report(batch, of: figures, id) }
        #expect(sorted.rowsMade == LargeModel.layerCount, "sorted by error, rows are made once for a batch")
    }

    /// Sums that are kept agree with sums made anew, whatever was done before.
    @Test(arguments: [1, 2, 3] as [UInt64]) func sumsAreThoseOfTheLayers(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var driver = ExplorerFixture.explorer(size: Size(120, 40), startsRun: true)
        let keys = [
            "j", "k", "space", "+", "-", "v", "V", "x", "u", "ctrl-r", "left", "right", "s", "a", "A", "esc",
            "end",
            "home", "n", "]",
        ]
        for _ in 0..<120 {
            if Int.random(in: 0..<10, using: &generator) == 0 {
                driver.press("/")
                driver.type(["down", "attn", "0", "v_proj"].randomElement(using: &generator) ?? "")
                driver.press("enter")
            } else {
                driver.press(keys.randomElement(using: &generator) ?? "j")
            }
            let table = try #require(driver.state.workspace?.table)
            for (number, group) in table.structure.hierarchy.groups.enumerated() {
                let layers = table.structure.hierarchy.order[group.layers].filter(table.isShown)
                let kept = table.summary(of: .group(number))
                let parts = layers.map { table.summary(of: .layer($0)) }
                #expect(kept.layerCount == layers.count)
                #expect(kept.byteCount == layers.reduce(0) { $0 + table.plan.byteCounts[$1] })
                #expect(kept.markedCount == layers.count { table.isMarked[$0] })
                #expect(kept.worstError == layers.compactMap { table.figures[$0]?.relativeError }.max())
                #expect(
                    kept.waitingCount
                        == layers.count { table.setting(of: $0) != nil && table.figures[$0] == nil })
                #expect(kept.marks == parts.reduce(into: []) { $0.formUnion($1.marks) })
                let formats = Set(parts.map(\.format))
                #expect(kept.format == (formats.count > 1 ? .mixed : formats.first ?? .empty))
            }
            let plan = try #require(driver.state.workspace?.plans.current)
            let settings = plan.resolve(table.structure.layers)
            for layer in table.structure.layers {
                #expect(driver.state.workspace?.setting(of: layer.id) == settings[layer.id])
            }
        }
    }

    @Test func aFilterIsTakenAtItsWordAndAsAnExpression() {
        let structure = LargeModel.structure
        for filter in ["experts", "up_proj", "xperts", "q_pro", "zzz"] {
            let shown = structure.matching(filter)
            #expect(shown == structure.layers.map { $0.id.name.contains(filter) }, "\(filter)")
        }
        #expect(structure.matching("experts\\.1\\d\\.up")?.count { $0 } == 10 * LargeModel.blocks)
        #expect(structure.matching("") == nil && structure.matching("(") == nil)
    }
}
