import Foundation
import NibbleEvaluation
import NibbleQuantization
import NibbleTerminal
import NibbleTestSupport
import NibbleTransformers
import Testing

@testable import NibbleExplorer

/// What the screen compares of encoders, beside what a run of its own says.
@Suite struct EncoderComparisonTests {
    private static func sides(_ driver: Driver) throws -> ItemSides {
        try #require(driver.state.workspace?.shownItems)
    }

    /// What original and a plan of all layers in one format make of a text.
    private static func result(_ fixture: EncoderFixture, _ text: TextInput, _ format: String) throws
        -> EncoderResult
    {
        let plan = Plan(rules: [try PlanRule(pattern: ".*", setting: Setting.parse(format))])
        let contestants = try Contestants.prepare([plan], of: fixture.model, contextLength: 1)
        return try EncoderRun(model: fixture.model, contestants: contestants).run(.text(text))
    }

    // MARK: Opening

    @Test(arguments: EncoderFixture.allCases) func anEncoderRunsAsSoonAsItIsOpen(_ fixture: EncoderFixture)
        throws
    {
        let driver = fixture.explorer()
        let sides = try #require(driver.state.workspace?.currentItems)
        #expect(driver.comparisons == 1 && driver.state.notice == nil)
        #expect(sides.snapshot.items.count > 2 && sides.snapshot.results.count == sides.snapshot.items.count)
        #expect(sides.snapshot.results.allSatisfy { $0.problem == nil })
        // The plan keeps every layer: nothing differs.
        let summary = sides.summary
        #expect(summary.agreement == 1 && summary.changed.isEmpty)
        #expect(summary.meanKL == 0 || summary.meanCosine.map { abs($0 - 1) < 1e-12 } == true)
    }

    @Test(arguments: EncoderFixture.allCases) func anEditRunsItAgainByItself(_ fixture: EncoderFixture) throws
    {
        let driver = fixture.compared(size: Size(100, 30))
        #expect(driver.comparisons == 2)
        let sides = try Self.sides(driver)
        #expect(sides.snapshot.plans.first == driver.state.workspace?.plans.current)
        let summary = sides.summary
        #expect(summary.meanKL ?? 0 > 0 || summary.meanCosine ?? 1 < 0.9999)
        // What the layers counted goes to the tree as well.
        let layer = try #require(fixture.model.layers.first?.id)
        let reports = try #require(driver.state.workspace?.currentReports)
        #expect(reports[layer] == sides.reports?[layer] && reports.count > 5)
        #expect(
            driver.screen.contains(
                summary.meanKL.map(FigureText.nats) ?? ItemFigures.cosine(summary.meanCosine ?? 0)))
    }

    @Test func thePromptOfTheModelComesBeforeEarlierOnesAndExamples() {
        func prompt(_ driver: Driver) -> String? { driver.state.workspace?.comparison.prompt }
        #expect(prompt(EncoderFixture.classes.explorer(firstPrompt: "good day")) == "good day")
        #expect(prompt(EncoderFixture.classes.explorer(prompts: ["a", "b"])) == "b")
        // An earlier text for another mask guesses nothing.
        let driver = EncoderFixture.masks.explorer(prompts: ["the <mask> day"])
        #expect(prompt(driver)?.contains("[MASK]") == true && prompt(driver)?.contains("<mask>") == false)
    }

    // MARK: Classes

    @Test func theClassesAreThoseOfARunOfItsOwn() throws {
        var driver = EncoderFixture.classes.compared(size: Size(160, 45))
        driver.press("i", "ctrl-u")
        driver.state.overlay = .entry(.prompt("", title: "", mostCharacters: 1000))
        driver.send(.terminal(.paste("the good day || not bad\n\n  bad  ")))
        driver.press("enter")
        let sides = try Self.sides(driver)
        #expect(
            sides.snapshot.items == [
                .text(TextInput("the good day", pair: "not bad")), .text(TextInput("bad")),
            ])
        let own = try Self.result(.classes, TextInput("the good day", pair: "not bad"), "int2")
        guard case .classes(let before) = own.outputs[0], case .classes(let after) = own.outputs[1] else {
            Issue.record("no classes")
            return
        }
        let original = try #require(sides.output(0, ofPlan: false)?.records.first)
        let plan = try #require(sides.output(0, ofPlan: true)?.records.first)
        #expect(original.top.map(\.id) == before.top(3).map(\.id))
        #expect(plan.top.map(\.probability) == after.top(3).map(\.probability))
        #expect(plan.klDivergence == before.divergence(to: after))
        #expect(sides.hasChanged(0) == (before.top(1)[0].id != after.top(1)[0].id))
        for candidate in original.top {
            #expect(abs(candidate.logit - before.normalizer - before.logProbabilities[candidate.id]) < 1e-9)
        }
        let best = try #require(original.top.first)
        #expect(driver.screen.contains(FigureText.percent(best.probability)))
        driver.press("M")
        #expect(driver.screen.contains(FigureText.decimals(best.logit, 2)))
        #expect(driver.screen.contains("logit"))
    }

    @Test func labelsAreHarmlessAndCutInTheMiddle() {
        let driver = EncoderFixture.classes.compared(size: Size(80, 24))
        #expect(!driver.screen.contains("\u{1B}"))
        #expect(driver.screen.contains("good\\u{1B}[31m"))
        #expect(driver.screen.contains("…") && !driver.screen.contains("than its column is wide "))
    }

    // MARK: Masks

    @Test func theCursorWalksOverMasksAndTexts() throws {
        var driver = EncoderFixture.masks.compared(size: Size(160, 45))
        let sides = try Self.sides(driver)
        #expect(sides.snapshot.results.map { $0.outputs[0].records.count } == [1, 2, 1])
        func place() -> [Int] {
            [driver.state.workspace?.shownItem ?? -1, driver.state.workspace?.shownPlace ?? -1]
        }
        driver.press("right")
        #expect(place() == [1, 0])
        driver.press("right")
        #expect(place() == [1, 1])
        let record = try #require(sides.output(1, ofPlan: true)?.records[1])
        #expect(driver.screen.contains("mask 2 of 2, text 2"))
        #expect(driver.screen.contains("KL \(FigureText.nats(try #require(record.klDivergence)))"))
        driver.press("left", "left")
        #expect(place() == [0, 0])
        driver.press("left")
        #expect(driver.state.notice?.kind == .refusal)
        driver.press("end")
        #expect(place() == [2, 0])
        driver.press("k")
        #expect(place() == [1, 0])
    }

    @Test func theWordsAreThoseOfARunOfItsOwn() throws {
        let driver = EncoderFixture.masks.compared(size: Size(160, 45))
        let sides = try Self.sides(driver)
        guard case .text(let input) = sides.snapshot.items[1] else { return }
        guard case .masks(let words) = try Self.result(.masks, input, "int2").outputs[1] else {
            Issue.record("no masks")
            return
        }
        for (index, mask) in words.enumerated() {
            let record = try #require(sides.output(1, ofPlan: true)?.records[index])
            #expect(record.position == mask.place && record.id == mask.words.top(1).first?.id)
            #expect(record.entropy == mask.words.entropy)
        }
        let divergences = try #require(sides.output(1, ofPlan: true)).records.compactMap(\.klDivergence)
        #expect(abs((sides.difference(1)?.klDivergence ?? 0) - divergences.reduce(0, +) / 2) < 1e-12)
    }

    // MARK: Vectors

    @Test func theMatrixIsThatOfTheVectors() throws {
        let driver = EncoderFixture.vectors.compared(size: Size(160, 45))
        let sides = try Self.sides(driver)
        var vectors: [[[Float]]] = [[], []]
        for item in sides.snapshot.items {
            guard case .text(let input) = item else { continue }
            for (index, output) in try Self.result(.vectors, input, "int2").outputs.enumerated() {
                if case .vector(let vector) = output { vectors[index].append(vector) }
            }
        }
        for contestant in 0...1 {
            let matrix = Similarity.matrix(vectors[contestant])
            #expect(sides.snapshot.similarities[contestant] == matrix)
            for (item, row) in matrix.enumerated() {
                let others = row.enumerated().filter { $0.offset != item }
                let best = others.max { ($0.element ?? -2) < ($1.element ?? -2) }
                #expect(sides.nearest(item, ofPlan: contestant == 1) == best?.offset)
            }
        }
        let cosines = zip(vectors[0], vectors[1]).compactMap { Similarity.cosine($0, $1) }
        #expect(sides.summary.meanCosine.map { abs($0 - cosines.reduce(0, +) / 6) < 1e-12 } == true)
        #expect(
            !sides.summary.changed.isEmpty, "int2 must change some neighbour for the screen to have a mark")
        #expect(driver.screen.contains("◆"))
    }

    @Test(arguments: [Size(80, 24), Size(160, 45)]) func oneTextAloneHasNothingToBeLike(_ size: Size) {
        var driver = EncoderFixture.vectors.explorer(size: size, firstPrompt: "good day")
        driver.press("2")
        #expect(driver.screen.contains("One alone has nothing to be like"))
        #expect(driver.state.workspace?.currentItems?.summary.meanCosine.map { abs($0 - 1) < 1e-12 } == true)
        driver.press("M")
        #expect(driver.state.notice?.text == "Vectors have no probabilities.")
    }

    // MARK: Images

    @Test func theImagesOfAFolderAreComparedAndABrokenOneSaysWhy() throws {
        var driver = EncoderFixture.explorer(
            EncoderFixture.vision, size: Size(160, 45), firstPrompt: "pictures")
        driver.press("2")
        let snapshot = try Self.sides(driver).snapshot
        #expect(snapshot.items.map(\.title) == ["a.jpg", "b.png", "c.png"])
        #expect(snapshot.results.map { $0.problem == nil } == [true, true, false])
        guard case .image(let file) = snapshot.items[0] else { return }
        let contestants = try Contestants.prepare([], of: EncoderFixture.vision, contextLength: 1)
        let own = try EncoderRun(model: EncoderFixture.vision, contestants: contestants)
            .run(.image(try ImageInput.read(file.path)))
        guard case .classes(let classes) = own.outputs[0] else {
            Issue.record("no classes")
            return
        }
        #expect(snapshot.results[0].outputs[0].records.first?.top.map(\.id) == classes.top(10).map(\.id))
        driver.press("end")
        #expect(driver.screen.contains("c.png: "))
        driver.press("V", "1", "V", "f")
        driver.type("int2")
        driver.press("enter")
        #expect(driver.state.workspace?.currentItems?.summary.meanKL ?? 0 > 0)
    }

    @Test func withoutAPathAnImageModelWaitsForOne() {
        var driver = EncoderFixture.explorer(EncoderFixture.vision, size: Size(100, 30))
        #expect(driver.comparisons == 0)
        driver.press("2", "enter")
        #expect(driver.state.notice?.text.contains("There is no image") == true)
        driver.press("i")
        driver.type("/no/such/place.png")
        driver.press("enter")
        #expect(driver.screen.contains("There is no such file"))
    }

    // MARK: Moving

    @Test func nGoesToWhatThePlanAnswersOtherwise() throws {
        var driver = EncoderFixture.vectors.compared(size: Size(100, 30))
        let changed = try Self.sides(driver).summary.changed
        try #require(changed.count > 1)
        var seen: [Int] = changed.first == 0 ? [0] : []
        while seen.count < changed.count {
            driver.press("n")
            #expect(driver.state.notice == nil)
            seen.append(driver.state.workspace?.shownItem ?? -1)
            guard seen.last != -1 else { return }
        }
        #expect(seen == changed)
        driver.press("n")
        #expect(driver.state.notice?.kind == .refusal)
        driver.press("N")
        #expect(driver.state.workspace?.shownItem == changed[changed.count - 2])
    }

    @Test func pinnedPlansStandInTheTableAndTabShowsThem() throws {
        var driver = EncoderFixture.classes.explorer(size: Size(160, 45))
        driver.press("V", "f")
        driver.type("int4")
        driver.press("enter", "p", "f")
        driver.type("int2")
        driver.press("enter", "esc", "2")
        let snapshot = try Self.sides(driver).snapshot
        #expect(snapshot.plans.count == 2 && snapshot.results[0].outputs.count == 3)
        let coarse = try #require(try Self.sides(driver).summary.meanKL)
        driver.press("tab")
        let fine = try #require(try Self.sides(driver).summary.meanKL)
        #expect(fine < coarse && driver.state.workspace?.shownPinned != nil)
        #expect(
            driver.screen.contains(FigureText.nats(fine)) && driver.screen.contains(FigureText.nats(coarse)))
        // The header keeps to the plan that is edited.
        #expect(
            driver.state.workspace?.form.damage(in: try #require(driver.state.workspace)).value
                == FigureText.nats(coarse))
    }

    @Test(arguments: EncoderFixture.allCases) func theLayersThatMovedItMostAreFound(_ fixture: EncoderFixture)
        throws
    {
        var driver = fixture.compared(size: Size(160, 45))
        let layers = try #require(
            driver.state.workspace?.comparison.movements.layers(of: driver.state.workspace?.movementKey))
        let errors = layers.map(\.relativeError)
        #expect(layers.count > 5 && errors == errors.sorted(by: >) && errors.allSatisfy { $0 > 0 && $0 < 2 })
        #expect(driver.screen.contains("Layers that moved this text most"))
        driver.press("b")
        #expect(driver.state.screen.title == "Explorer")
        #expect(driver.state.workspace?.chosenLayer?.id == layers.first?.layer)
    }

    @Test func clicksChooseTextsAndPlans() throws {
        var driver = EncoderFixture.classes.compared(size: Size(160, 45))
        let rows = driver.screen.split(separator: "\n", omittingEmptySubsequences: false)
        let row = try #require(rows.firstIndex { $0.contains("It is not bad") })
        driver.send(.terminal(.mouse(MouseEvent(.press(.left), at: Point(20, row)))))
        #expect(driver.state.workspace?.shownItem == 2)
        driver.send(.terminal(.mouse(MouseEvent(.wheelUp, at: Point(20, row)))))
        #expect(driver.state.workspace?.shownItem == 1)
    }

    // MARK: Bad input

    @Test(arguments: EncoderFixture.allCases) func anEmptyTextIsRefusedInTheDialog(_ fixture: EncoderFixture)
    {
        var driver = fixture.explorer()
        driver.press("i")
        driver.state.overlay = .entry(.prompt(" \n ", title: "", mostCharacters: 1000))
        driver.press("enter")
        guard case .entry(let entry) = driver.state.overlay else {
            Issue.record("the dialog has closed")
            return
        }
        #expect(entry.problem == "There is no text: type one on each line.")
        #expect(driver.comparisons == 1)
    }

    @Test func aTextWithoutAMaskIsRefusedInTheDialog() {
        var driver = EncoderFixture.masks.explorer(size: Size(160, 45))
        driver.press("i")
        driver.state.overlay = .entry(
            .prompt("the [MASK]\nno word is missing", title: "", mostCharacters: 1000))
        driver.press("enter")
        #expect(driver.screen.contains("Text 2 has no word to be guessed: write [MASK] where one should be."))
    }

    /// One text's mask is cut off with its end: that one says so, the others are compared.
    @Test func whatIsWrongWithOneTextDoesNotStopTheOthers() throws {
        let long = String(repeating: "good ", count: 300) + "[MASK]"
        var driver = EncoderFixture.masks.explorer(size: Size(160, 45), firstPrompt: "the [MASK]\n\(long)")
        driver.press("2")
        let results = try Self.sides(driver).snapshot.results
        #expect(results[0].problem == nil && results[1].problem?.contains("[MASK]") == true)
        driver.press("j")
        #expect(driver.screen.contains("The text has no word to be guessed"))
    }

    @Test func aLongTextIsCutAndTheScreenSaysSo() throws {
        let long = String(repeating: "good ", count: 100)
        var driver = EncoderFixture.classes.explorer(size: Size(160, 45), firstPrompt: long)
        driver.press("2")
        #expect(try Self.sides(driver).snapshot.results[0].cutCount == 62)
        #expect(driver.screen.contains("62 tokens cut off"))
        driver.press("i")
        #expect(driver.screen.contains("one of 102 tokens is cut to 40"))
    }

    @Test func tooManyTextsAreRefused() {
        var driver = EncoderFixture.vectors.explorer(size: Size(160, 45))
        driver.press("i")
        let many = Array(repeating: "good", count: 201).joined(separator: "\n")
        driver.state.overlay = .entry(.prompt(many, title: "", mostCharacters: 10_000))
        driver.press("enter")
        #expect(driver.screen.contains("200 are compared at most"))
    }

    @Test func escEndsARunAndWhatHadComeStays() throws {
        var driver = EncoderFixture.classes.explorer()
        driver.press("2")
        driver.holdsComparisons = true
        driver.press("enter", "esc")
        #expect(driver.state.workspace?.comparison.run.state == .stopped)
        #expect(try Self.sides(driver).snapshot.results.count == 4)
        driver.press("esc")
        #expect(driver.state.notice?.text == "Nothing runs.")
    }

    // MARK: Sizes

    @Test func nothingIsDrawnOverItsNeighbour() {
        for width in stride(from: 20, through: 300, by: 7) {
            for height in stride(from: 5, through: 80, by: 3) {
                for (items, plans) in [(1, 2), (6, 2), (40, 5)] {
                    for arrangement in [ItemsLayout.Arrangement.above, .beside] {
                        let layout = ItemsLayout(
                            size: Size(width, height), itemCount: items, planCount: plans,
                            outputRows: items + 5,
                            arrangement: arrangement)
                        RobustnessTests.expectApart(
                            [
                                layout.strip, layout.input, layout.plans, layout.output, layout.chart,
                                layout.layers,
                            ],
                            in: Size(width, height))
                    }
                }
            }
        }
    }

    @Test(arguments: EncoderFixture.allCases) func randomKeysNeverTrap(_ fixture: EncoderFixture) {
        var generator = SeededGenerator(seed: 7)
        var driver = fixture.explorer()
        let keys =
            (driver.state.workspace?.form.bindings ?? []).flatMap(\.presses) + [KeyPress("2"), KeyPress("2")]
        for step in 0..<150 {
            if step % 10 == 9 {
                driver.send(
                    .terminal(
                        .resize(
                            Size(
                                Int.random(in: 1..<170, using: &generator),
                                Int.random(in: 1..<50, using: &generator)))))
            } else if let key = keys.randomElement(using: &generator), key != KeyPress("m") {
                driver.send(.terminal(.key(key)))
            }
            #expect(FrameView(state: driver.state).render().size == driver.state.size)
        }
    }
}
