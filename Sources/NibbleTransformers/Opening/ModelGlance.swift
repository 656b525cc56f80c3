import Foundation
import NibbleCheckpoints

/// What can be said of a model without its tokenizer and without reading weights: whether its network is one that nibble can run,
/// and what in its files isn't understood.
///
/// ```swift
/// let glance = ModelGlance(of: folder)
/// glance?.problem                                         // "The weights are already quantized: GPTQ, 4 bits …"
/// ```
public struct ModelGlance: Sendable, Hashable {
    /// Why the network cannot run although its weights can be browsed; nil when it can.
    public let problem: String?
    /// What a person should know of the files, as sentences: above all what isn't understood, so that the numbers may be wrong.
    public let remarks: [String]

    /// A glance at the headers of a model's files; nil if they cannot be opened.
    public init?(of url: URL) {
        guard let checkpoint = try? Checkpoint.open(url) else { return nil }
        let network = OpenedNetwork(checkpoint)
        problem = network.problem
        remarks = Self.remarks(checkpoint, network)
    }

    /// A glance with its findings.
    public init(problem: String? = nil, remarks: [String] = []) {
        self.problem = problem
        self.remarks = remarks
    }

    /// What both a glance and an open model say.
    static func remarks(_ checkpoint: Checkpoint, _ network: OpenedNetwork) -> [String] {
        checkpoint.warnings + Remarks.ofUnreadable(checkpoint) + network.remarks
    }
}
