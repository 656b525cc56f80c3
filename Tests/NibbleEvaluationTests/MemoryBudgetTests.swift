import Foundation
import NibbleQuantization
import Testing

@testable import NibbleEvaluation

/// The memory that there is, and the memory that a run needs.
@Suite struct MemoryBudgetTests {
    private static func budget(_ files: [String: String]) -> MemoryBudget {
        MemoryBudget(read: { files[$0] })
    }

    @Test func memoryIsTheLeastOfSystemAndControlGroups() {
        let system = ["/proc/meminfo": "MemTotal: 99 kB\nMemAvailable:   2000000 kB\n"]
        #expect(Self.budget(system).availableByteCount == 2_048_000_000)
        let group = system.merging([
            "/proc/self/cgroup": "0::/user/session\n",
            "/sys/fs/cgroup/user/session/memory.max": "max\n",
            "/sys/fs/cgroup/user/session/memory.current": "5\n",
            "/sys/fs/cgroup/user/memory.max": "1000000000\n",
            "/sys/fs/cgroup/user/memory.current": "400000000\n",
            "/sys/fs/cgroup/user/memory.stat": "anon 7\ninactive_file 150000000\n",
        ]) { $1 }
        #expect(Self.budget(group).availableByteCount == 750_000_000)
        let first = system.merging([
            "/proc/self/cgroup": "4:cpu,memory:/job\n3:pids:/other\n",
            "/sys/fs/cgroup/memory/job/memory.limit_in_bytes": "9000\n",
            "/sys/fs/cgroup/memory/job/memory.usage_in_bytes": "10000\n",
        ]) { $1 }
        #expect(Self.budget(first).availableByteCount == 0)
        #expect(Self.budget([:]).availableByteCount == nil)
    }

    @Test func memoryIsSaidInGigabytes() {
        let budget = MemoryBudget(availableByteCount: 24_000_000_000)
        #expect(budget.figure(needed: 19_000_000_000) == "needs 19 of 24 GB")
        #expect(budget.refusal(needed: 19_000_000_000) == nil)
        #expect(budget.refusal(needed: 30_400_000_000)?.contains("needs 30 of 24 GB") == true)
        #expect(budget.figure(needed: 1_500_000_000) == "needs 1.5 of 24 GB")
        #expect(MemoryBudget(availableByteCount: nil).refusal(needed: .max) == nil)
    }

    @Test func aComparisonNeedsWeightsAndCachesOfEach() throws {
        let model = try TinyModel.open()
        let alone = try MemoryBudget.need(of: model, plans: [], contextLength: 32)
        #expect(alone == model.memoryNeeded(weights: nil, contextLength: 32))
        let plan = Plan(rules: [try PlanRule(pattern: ".*", setting: Setting.parse("int8"))])
        let both = try MemoryBudget.need(
            of: model, plans: [ResolvedPlan(plan, model: model)], contextLength: 32)
        let packed = try TinyModel.weights(of: model, "int8").byteCount
        #expect(both == 2 * alone - model.checkpoint.totalByteCount + packed)
    }
}
