import NibbleCheckpoints

/// What is wrong with a plan file; the description is a sentence that names file and line.
public struct PlanError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file's name, as far as there is one.
    public let file: String?
    /// The line, from 1; nil where the whole file is meant.
    public let line: Int?
    /// What is wrong and what is expected.
    public let problem: String

    init(file: String? = nil, line: Int? = nil, _ problem: String) {
        self.file = file
        self.line = line
        self.problem = problem
    }

    /// The sentence after file and line, as in `plan.yaml, line 4: …`.
    public var description: String {
        let place = [file.map { $0.printable(limit: 60) }, line.map { "line \($0)" }].compactMap(\.self)
            .joined(
                separator: ", ")
        return place.isEmpty ? problem : "\(place): \(problem)"
    }
}
