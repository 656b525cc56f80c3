import Foundation
import NibbleText

/// A file that stands where a plan should go and that somebody else wrote.
public struct FoundPlanFile: Hashable, Sendable {
    /// What is known of the file.
    public enum Content: Hashable, Sendable {
        /// A plan.
        case plan(Plan)
        /// Something else, described in a few words.
        case other(String)
    }

    /// Where it stands.
    public let location: URL
    /// Its bytes.
    public let bytes: Data
    /// What it is.
    public let content: Content
    /// The plan that this process last read from it or wrote to it; nil if it never did.
    public let base: Plan?
    /// Whether the file has comments that would be lost, although nobody else changed it.
    public let losesComments: Bool

    init(_ location: URL, _ bytes: Data, base: Plan?, losesComments: Bool = false) {
        (self.location, self.bytes, self.base) = (location, bytes, base)
        self.losesComments = losesComments
        if let plan = try? Plan.parse(bytes, file: nil) {
            content = .plan(plan)
        } else {
            content = .other(Self.description(of: bytes))
        }
    }

    /// The plan in it.
    public var plan: Plan? {
        if case .plan(let plan) = content { plan } else { nil }
    }

    /// What it is, as the end of a sentence: `a plan of 3 rules called “mine”`, `no plan: text of 9 bytes, “precious”`.
    public var summary: String {
        switch content {
        case .plan(let plan):
            "a plan of \(plan.rules.count) \(plan.rules.count == 1 ? "rule" : "rules") called “\(plan.name.printable(limit: 40))”"
        case .other(let description): "no plan, but \(description)"
        }
    }

    private static func description(of bytes: Data) -> String {
        guard !bytes.isEmpty else { return "an empty file" }
        let size = bytes.count == 1 ? "1 byte" : "\(FigureText.count(bytes.count)) bytes"
        guard let text = String(validatingUTF8Bytes: bytes),
            let line = text.split(whereSeparator: \.isNewline).first(where: { !$0.allSatisfy(\.isWhitespace) }
            )
        else { return "a file of \(size)" }
        return "text of \(size) that begins “\(String(line).printable(limit: 40))”"
    }
}
