import Testing

/// Results of other programs, bit by bit: the cases of a folder, each by the operation that its id names.
///
/// NIBBLE_GOLDEN names another folder than the committed one. Cases that nothing here runs are printed by name.
@Suite("Golden") struct GoldenTests {
    /// A case by its id, as a test's argument.
    struct Item: CustomTestStringConvertible, Sendable {
        let value: GoldenCase
        var testDescription: String { value.id }
    }

    private static var all: [GoldenCase] { (try? GoldenFolder.chosen.get().cases) ?? [] }

    static let run = all.filter { GoldenOperations.operation(of: $0.id) != nil }.map { Item(value: $0) }
    static let skipped = all.filter { GoldenOperations.operation(of: $0.id) == nil }

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

    @Test func operationsAreFoundByTheLongestName() {
        #expect(GoldenOperations.operation(of: "gguf/quant_Q4_0") != nil)
        #expect(GoldenOperations.operation(of: "gguf/nothing_like_this") == nil)
        #expect(GoldenOperations.reason(for: "gguf/nothing_like_this") == "an unknown id")
        #expect(GoldenOperations.reason(for: "gptq/any").contains("later"))
        let names = GoldenOperations.all.map(\.prefix)
        #expect(Set(names).count == names.count)
    }
}
