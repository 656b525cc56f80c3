import Foundation
import NibbleKernels
import NibbleQuantization
import NibbleTransformers

/// The memory that a run may take, and what it needs.
///
/// Available is the least of `MemAvailable` of /proc/meminfo (proc(5)) and, for each control group that this process
/// is in, limit − use + file pages that can be dropped (Linux "Control Group v2", memory.max, memory.current,
/// memory.stat; v1: memory.limit_in_bytes, memory.usage_in_bytes).
public struct MemoryBudget: Hashable, Sendable {
    /// Bytes that may be taken; nil where the system doesn't tell.
    public let availableByteCount: Int?

    /// A budget of so many bytes.
    public init(availableByteCount: Int?) { self.availableByteCount = availableByteCount }

    /// The budget now.
    public static func current() -> MemoryBudget {
        MemoryBudget(read: { path in
            FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
        })
    }

    /// The budget that the system's files tell.
    ///
    /// - Parameter read: the text of a file; nil if there is none.
    init(read: (String) -> String?) {
        let groups = Self.groupFolders(read("/proc/self/cgroup") ?? "")
        let figures =
            [Self.availableMemory(read("/proc/meminfo") ?? "")] + groups.map { Self.rest(of: $0, read) }
        availableByteCount = figures.compactMap(\.self).min()
    }

    private static func availableMemory(_ text: String) -> Int? {
        for line in text.split(separator: "\n") where line.hasPrefix("MemAvailable:") {
            return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
        }
        return nil
    }

    /// The folders of the control groups from the process's own up to the topmost.
    private static func groupFolders(_ text: String) -> [String] {
        text.split(separator: "\n").flatMap { line -> [String] in
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { return [] }
            let isVersion2 = parts[1].isEmpty
            guard isVersion2 || parts[1].split(separator: ",").contains("memory") else { return [] }
            let root = isVersion2 ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory"
            let names = parts[2].split(separator: "/")
            return (0...names.count).map { root + names.prefix($0).map { "/" + $0 }.joined() }
        }
    }

    private static func rest(of folder: String, _ read: (String) -> String?) -> Int? {
        func number(_ names: String...) -> Int? {
            names.compactMap { read("\(folder)/\($0)") }.first
                .flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        }
        guard let limit = number("memory.max", "memory.limit_in_bytes"),
            let use = number("memory.current", "memory.usage_in_bytes")
        else { return nil }
        let droppable = (read("\(folder)/memory.stat") ?? "").split(separator: "\n")
            .first { $0.hasPrefix("inactive_file ") || $0.hasPrefix("total_inactive_file ") }
            .flatMap { $0.split(separator: " ").last.flatMap { Int($0) } }
        return max(0, limit - use + (droppable ?? 0))
    }

    /// Whether a run that needs so many bytes fits; true where the system doesn't tell.
    public func allows(_ byteCount: Int) -> Bool { availableByteCount.map { byteCount <= $0 } ?? true }

    /// The words `needs 19 of 24 GB`; nil where the system doesn't tell.
    public func figure(needed byteCount: Int) -> String? {
        availableByteCount.map { "needs \(Self.gigabytes(byteCount)) of \(Self.gigabytes($0)) GB" }
    }

    /// The sentence that refuses a run; nil if it fits.
    public func refusal(needed byteCount: Int) -> String? {
        guard !allows(byteCount), let figure = figure(needed: byteCount) else { return nil }
        return "There is too little memory: the run \(figure) that can be used."
    }

    /// Bytes in units of 10⁹, with one digit behind the point below 10.
    private static func gigabytes(_ byteCount: Int) -> String {
        let value = Double(byteCount) / 1e9
        guard value >= 0.1 else { return "under 0.1" }
        return value < 9.95 ? String(format: "%.1f", value) : String(format: "%.0f", value)
    }

    /// Bytes that a comparison of the original with plans needs: the mapped file, each plan's packed layers, and
    /// keys, values and work space for each of them.
    ///
    /// - Throws: `KernelError` if a plan's setting can't be used with a layer.
    public static func need(
        of model: TransformerModel, plans: [ResolvedPlan], contextLength: Int
    ) throws(KernelError) -> Int {
        let original = model.memoryNeeded(weights: nil, contextLength: contextLength)
        let stored = model.checkpoint.totalByteCount
        var total = original
        for plan in plans {
            if let problem = plan.problem { throw problem }
            total = sum(sum(total, plan.packedByteCount), original - stored)
        }
        return total
    }

    private static func sum(_ first: Int, _ second: Int) -> Int {
        let (total, overflows) = first.addingReportingOverflow(second)
        return overflows ? .max : total
    }
}
