import Testing

/// Rules that the tests themselves keep.
struct TestRuleTests {
    private let files: [SourceFile]

    init() throws {
        // The rules themselves name what they look for.
        files = try SourceFile.all(in: "Tests").filter { $0.module != "NibbleArchitectureTests" }
    }

    private func files(with pattern: some RegexComponent) -> [String] {
        files.filter { $0.codeLines.contains { $0.contains(pattern) } }.map(\.path)
    }

    /// Folders that no test removes fill the machine.
    @Test func temporaryFoldersComeFromOnePlace() {
        let users = files(with: #/temporaryDirectory|NSTemporaryDirectory|mkdtemp/#)
        #expect(users == ["Tests/NibbleTestSupport/TemporaryFolder.swift"])
    }

    /// What a test is skipped for stands beside it in the log.
    @Test func everyConditionGivesItsReason() {
        let places = files.flatMap { file in
            Self.conditionsWithoutReason(in: file).map { "\(file.path): \($0)" }
        }
        #expect(places == [])
    }

    @Test func aConditionWithoutReasonIsFound() {
        let text = """
            @Test(.enabled(if: a(b), "why"), .disabled("why")) func c() {}
            @Test(.enabled(if: a(b)), arguments: ["x"]) func d() {}
            """
        let file = SourceFile(path: "", module: "", text: text)
        #expect(Self.conditionsWithoutReason(in: file) == ["enabled(if: a(b))"])
    }

    /// Texts are taken out of `codeLines` but for their quotes, which tell whether there was one.
    private static func conditionsWithoutReason(in file: SourceFile) -> [String] {
        let code = file.codeLines.joined(separator: " ")
        return code.matches(of: #/\.(enabled|disabled)\(/#).compactMap { match in
            var depth = 1
            let arguments = code[match.range.upperBound...].prefix { character in
                depth += character == "(" ? 1 : character == ")" ? -1 : 0
                return depth > 0
            }
            return arguments.contains("\"") ? nil : "\(match.output.1)(\(arguments))"
        }
    }
}
