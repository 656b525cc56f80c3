import Foundation
import NibbleEvaluation
import NibbleImages
import NibbleKernels
import NibbleQuantization
import NibbleTestSupport
import NibbleTransformers
import Testing

/// Vision models on images: classes and vectors, original beside plan.
@Suite struct ImageRunTests {
    private static let images = RepositoryPaths.root.appendingPathComponent(
        "Tests/NibbleImagesTests/Fixtures/images")

    private static func image(_ name: String) throws -> EncoderInput {
        .image(try ImageInput.read(images.appendingPathComponent(name).path))
    }

    /// A copy of a fixture with a preprocessor file.
    private static func with<Result>(
        _ fixture: String, preprocessor: String? = nil, _ body: (TransformerModel) throws -> Result
    ) throws -> Result {
        try TemporaryFolder.with("vision") { folder in
            let copy = folder.appendingPathComponent(fixture)
            let source = RepositoryPaths.root.appendingPathComponent(
                "Tests/NibbleTransformersTests/Fixtures/\(fixture)")
            try FileManager.default.copyItem(at: source, to: copy)
            if let preprocessor {
                try Data(preprocessor.utf8).write(to: copy.appendingPathComponent("preprocessor_config.json"))
            }
            return try body(TransformerModel.open(copy))
        }
    }

    private static func run(_ model: TransformerModel, _ settings: String...) throws -> EncoderRun {
        let contestants = try Contestants.prepare(
            settings.map(TinyModel.plan), of: model, contextLength: 1)
        return try EncoderRun(model: model, contestants: contestants)
    }

    private static let preprocessor = #"""
        {"image_processor_type": "ViTImageProcessor", "size": {"height": 16, "width": 16}, "resample": 3}
        """#

    @Test(arguments: ["deit-classes", "deit-teacher", "dinov2-classes"])
    func classesAreComparedAndAPlanOfTheSameWeightsIsEqual(_ fixture: String) throws {
        try Self.with(fixture, preprocessor: Self.preprocessor) { model in
            #expect(model.remarks.isEmpty && model.imageProblem == nil)
            #expect(EncoderRun.problem(of: model) == nil)
            let result = try Self.run(model, "f32", "int2").run(try Self.image("baseline.jpg"))
            #expect(result.differences[0].klDivergence == 0 && result.differences[0].agrees == true)
            #expect(try #require(result.differences[1].klDivergence) > 0)
            #expect(result.encoded == nil && result.seconds.count == 3)
            guard case .classes(let classes) = result.outputs[0] else { throw WrongOutput() }
            #expect(classes.logProbabilities.count == 5)
        }
    }

    /// The numbers of the preparation are those that the session gets.
    @Test func theOutputIsThatOfThePreparedImage() throws {
        try Self.with("vit-pooler", preprocessor: Self.preprocessor) { model in
            let result = try Self.run(model).run(try Self.image("rgb.png"))
            guard case .vector(let vector) = result.outputs[0], case .image(let input) = result.input
            else { throw WrongOutput() }
            let numbers = try #require(model.imagePreparation).prepare(input.image)
            let weights = try EncodingCache().weightSet(
                for: ResolvedPlan(Plan(rules: []), model: model), model: model)
            #expect(try ImageSession(model: model, weights: weights).run(numbers).head == vector)
            #expect(input.name.hasSuffix("rgb.png"))
        }
    }

    @Test func vectorsAreComparedByTheirCosine() throws {
        try Self.with("dinov2-states") { model in
            #expect(model.remarks.contains { $0.contains("no preprocessor_config.json") })
            let result = try Self.run(model, "int4").run(try Self.image("full.jpg"))
            let cosine = try #require(result.differences[0].cosine)
            #expect(cosine < 1 && cosine > 0 && result.differences[0].agrees == nil)
        }
    }

    /// DINOv2 makes positions for other sizes, also for each image's own; ViT reads its own only.
    @Test func sizesThatTheModelDoesNotReadAreSaid() throws {
        let own = #"{"image_processor_type": "ViTImageProcessor", "do_resize": false}"#
        try Self.with("dinov2-classes", preprocessor: own) { model in
            let run = try Self.run(model)
            for name in ["baseline.jpg", "orientation-6.jpg"] { _ = try run.run(try Self.image(name)) }
            let error = try #require(throws: TransformerError.self) { try run.run(try Self.image("one.png")) }
            #expect("\(error)".contains("1 × 1"), "\(error)")
        }
        try Self.with("deit-classes", preprocessor: own) { model in
            let error = try #require(throws: TransformerError.self) {
                try Self.run(model).run(try Self.image("baseline.jpg"))
            }
            #expect("\(error)".contains("16 × 16") && "\(error)".contains("29 × 19"), "\(error)")
        }
        let fixed = #"{"image_processor_type": "ViTImageProcessor", "size": 32}"#
        try Self.with("deit-classes", preprocessor: fixed) { model in
            #expect(model.imageProblem?.contains("32 × 32") == true)
            #expect(throws: EvaluationError.self) { try Self.run(model) }
        }
    }

    @Test func aFileThatCannotBeFollowedIsSaid() throws {
        try Self.with("vit-pooler", preprocessor: #"{"resample": 9}"#) { model in
            #expect(model.networkProblem == nil && model.imagePreparation == nil)
            #expect(model.remarks.contains { $0.contains("resample") })
            #expect(EncoderRun.problem(of: model)?.contains("resample") == true)
        }
        try Self.with("vit-pooler", preprocessor: Self.preprocessor) { model in
            #expect(throws: EvaluationError.self) { try Self.run(model).run(.text(TextInput("a"))) }
        }
    }

    // MARK: Labelled images

    private static let labels = ["circle", "square", "star"]

    /// A folder of classes with copies of a fixture's image; an empty name makes a folder.
    private static func withFolder<Result>(
        _ files: [String], _ body: (String) throws -> Result
    ) throws -> Result {
        try TemporaryFolder.with("labelled") { folder in
            for file in files {
                let place = folder.appendingPathComponent(file)
                if file.hasSuffix("/") {
                    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
                    continue
                }
                try FileManager.default.createDirectory(
                    at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
                try FileManager.default.copyItem(at: images.appendingPathComponent("rgb.png"), to: place)
            }
            return try body(folder.path)
        }
    }

    @Test func aFolderForEachClassIsListedInOrder() throws {
        let files = [
            "star/b.png", "star/a.png", "star/more/c.png", "Circle/9.png", "Circle/.hidden.png", "1/x.jpg",
            ".git/y.png", "README.md",
        ]
        try Self.withFolder(files) { folder in
            let list = try LabelledImages.list(folder, labels: Self.labels)
            #expect(list.count == 5)
            #expect(
                list.items.map { String($0.path.dropFirst(folder.count + 1)) } == [
                    "1/x.jpg", "Circle/9.png", "star/a.png", "star/b.png", "star/more/c.png",
                ])
            #expect(list.items.map(\.label) == [1, 0, 2, 2, 2])
            let some = try LabelledImages.list(folder, labels: Self.labels, limit: 4)
            #expect(some.items.map(\.label) == [1, 0, 2, 2], "in turn from each class")
            guard case .image(let image) = try some.item(3).input else { throw WrongOutput() }
            #expect(image.name.hasSuffix("star/b.png") && image.image.width == 13)
        }
    }

    @Test(arguments: [
        (["heaven/a.png"], "“heaven”"), (["star/"], "have no image"), (["a.txt"], "no folder for any class"),
        (["star/a.png", "b.png"], "in no class's folder"), (["star/a/b/c/d/e/f/g/h/i.png"], "too deep"),
        (["7/a.png"], "circle, square, star"),
    ])
    func whatIsNoSetOfImagesIsSaid(_ files: [String], _ words: String) throws {
        try Self.withFolder(files) { folder in
            let error = try #require(throws: EvaluationError.self) {
                try LabelledImages.list(folder, labels: Self.labels)
            }
            #expect("\(error)".contains(words), "\(error)")
        }
        #expect(throws: EvaluationError.self) { try LabelledImages.list("/nowhere", labels: Self.labels) }
    }

    @Test func aLinkThatLeadsBackIsSaid() throws {
        try Self.withFolder(["star/a.png"]) { folder in
            try FileManager.default.createSymbolicLink(
                atPath: folder + "/star/back", withDestinationPath: folder + "/star")
            let error = try #require(throws: EvaluationError.self) {
                try LabelledImages.list(folder, labels: Self.labels)
            }
            #expect("\(error)".contains("leads back"))
        }
    }

    @Test func scoresOfImagesCountAndStopAtABrokenOne() throws {
        try Self.withFolder(["class 1/a.png", "class 4/b.png", "0/c.png"]) { folder in
            try Self.with("deit-classes", preprocessor: Self.preprocessor) { model in
                let labels = try #require(model.description).classLabels
                let list = try LabelledImages.list(folder, labels: labels)
                let run = try Self.run(model, "int4")
                let (scores, _) = try run.score(list)
                // One picture under three classes is right once at most.
                #expect(scores.map(\.count) == [3, 3] && scores[0].correct <= 1 && scores[0].agreeing == 3)
                let cancellation = Cancellation()
                cancellation.cancel()
                #expect(throws: KernelError.self) { try run.score(list, cancellation: cancellation) }
                try Data("no image".utf8).write(to: URL(fileURLWithPath: folder + "/class 4/b.png"))
                let error = try #require(throws: ImageError.self) { try run.score(list) }
                #expect("\(error)".contains("class 4/b.png"))
            }
        }
    }

    private struct WrongOutput: Error {}
}
