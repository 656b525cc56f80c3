import Testing

/// Results of other programs, bit by bit: the cases of a folder, each by the operation that its id names.
///
/// NIBBLE_GOLDEN names another folder than the committed one. Cases that nothing here runs are printed by name, and each subject
/// that they belong to is a test that is skipped.
@Suite("Golden") struct GoldenTests {
    /// A case by its id, as a test's argument.
    struct Item: CustomTestStringConvertible, Sendable {
        let value: GoldenCase
        var testDescription: String { value.id }
    }

    private static var all: [GoldenCase] { (try? GoldenFolder.chosen.get().cases) ?? [] }

    static let run = all.filter { GoldenOperations.operation(of: $0.id) != nil }.map { Item(value: $0) }
    static let skipped = all.filter { GoldenOperations.operation(of: $0.id) == nil }
    /// Ids that no operation and no later subject has; the committed folder has none.
    static let unknown = skipped.map(\.id).filter { LaterSubject(of: $0) == nil }

    @Test func folderHasCases() throws {
        let folder = try GoldenFolder.chosen.get()
        #expect(!folder.cases.isEmpty)
        #expect(Set(folder.cases.map(\.id)).count == folder.cases.count)
        let lines = Self.skipped.map { "Golden: skipped \($0.id): \(GoldenOperations.reason(for: $0.id))" }
        print(lines.joined(separator: "\n"))
        print("Golden: \(Self.run.count) cases run, \(Self.skipped.count) skipped, from \(folder.place.path)")
    }

    @Test(arguments: run)
    func resultsAreEqual(_ item: Item) throws {
        let reader = try GoldenReader(item.value, in: GoldenFolder.chosen.get().place)
        let operation = try #require(GoldenOperations.operation(of: item.value.id))
        try operation(reader)
        #expect(reader.unasked.isEmpty, "\(reader.id) has outputs that nothing looked at")
    }

    @Test(.later(.gptq)) func gptq() { expectNoneSkipped(.gptq) }
    @Test(.later(.hqq)) func hqq() { expectNoneSkipped(.hqq) }
    @Test(.later(.packing)) func packingOfCheckpoints() { expectNoneSkipped(.packing) }
    @Test(.later(.metrics)) func metrics() { expectNoneSkipped(.metrics) }
    @Test(.later(.entropy)) func entropyCalibration() { expectNoneSkipped(.entropy) }

    @Test(.enabled(if: unknown.isEmpty, "ids that nothing here knows: \(unknown.joined(separator: ", "))"))
    func everyIdIsKnown() {
        #expect(Self.run.count + Self.skipped.count == Self.all.count)
        #expect(Self.unknown.isEmpty)
    }

    private func expectNoneSkipped(_ subject: LaterSubject) {
        #expect(Self.skipped(subject).isEmpty)
    }

    /// The cases of a later subject.
    static func skipped(_ subject: LaterSubject) -> [GoldenCase] {
        skipped.filter { LaterSubject(of: $0.id) == subject }
    }

    @Test func operationsAreFoundByTheLongestName() {
        #expect(GoldenOperations.operation(of: "gguf/quant_Q4_0") != nil)
        #expect(GoldenOperations.operation(of: "gguf/nothing_like_this") == nil)
        #expect(GoldenOperations.reason(for: "gguf/nothing_like_this") == "an unknown id")
        #expect(GoldenOperations.reason(for: "gptq/any").contains("later"))
        let names = GoldenOperations.all.map(\.prefix)
        #expect(Set(names).count == names.count)
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips a test while cases of a subject aren't run, and says how many those are.
    fileprivate static func later(_ subject: LaterSubject) -> Self {
        let cases = GoldenTests.skipped(subject)
        return .enabled(if: cases.isEmpty, "\(subject.reason): \(cases.map(\.id).joined(separator: ", "))")
    }
}
