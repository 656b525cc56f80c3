import Foundation
import NibbleQuantization
import Testing

@testable import NibbleEvaluation

/// Memory, folders, names of models, and the log.
@Suite struct PlacesTests {
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
        let both = try MemoryBudget.need(of: model, plans: [plan], contextLength: 32)
        let packed = try TinyModel.weights(of: model, "int8").byteCount
        #expect(both == 2 * alone - model.checkpoint.totalByteCount + packed)
    }

    @Test func dataFoldersAreLookedThroughInOrder() throws {
        try TinyModel.withFolder { root in
            let places = ["named", "home", "prefix/bin", "prefix/share/nibble", "checkout/.build/release"]
            for place in places + ["named/Themes", "prefix/share/nibble/SampleModels", "checkout/Themes"] {
                try FileManager.default.createDirectory(
                    at: root.appendingPathComponent(place), withIntermediateDirectories: true)
            }
            try Data().write(to: root.appendingPathComponent("checkout/Package.swift"))
            func path(_ place: String) -> String {
                root.appendingPathComponent(place).standardizedFileURL.path
            }
            let installed = try DataFolders(
                dataDirectory: path("named"), environment: ["NIBBLE_HOME": path("home")],
                executable: root.appendingPathComponent("prefix/bin/nibble"))
            #expect(
                installed.folders.map(\.standardizedFileURL.path)
                    == ["named", "home", "prefix/bin", "prefix/share/nibble"].map(path))
            #expect(installed.themeFolders.map(\.standardizedFileURL.path) == [path("named/Themes")])
            #expect(installed.sampleModelFolders.count == 1 && installed.sampleModels.isEmpty)
            let built = try DataFolders(
                environment: [:], executable: root.appendingPathComponent("checkout/.build/release/nibble"))
            #expect(built.themeFolders.map(\.standardizedFileURL.path) == [path("checkout/Themes")])
            #expect(throws: EvaluationError.self) {
                _ = try DataFolders(dataDirectory: path("nowhere"), environment: [:], executable: nil)
            }
        }
    }

    @Test func modelsAreFoundByPathAndByName() throws {
        try TinyModel.withFolder { root in
            let samples = root.appendingPathComponent("SampleModels")
            try FileManager.default.createDirectory(at: samples, withIntermediateDirectories: true)
            try FileManager.default.copyItem(at: TinyModel.folder, to: samples.appendingPathComponent("tiny"))
            let folders = try DataFolders(dataDirectory: root.path, environment: [:], executable: nil)
            let found = try ModelLocator.locate("tiny", folders: folders, environment: [:])
            #expect(found.lastPathComponent == "tiny" && found.path.hasPrefix(samples.path))
            #expect(
                try ModelLocator.locate(TinyModel.folder.path, folders: folders, environment: [:]).path
                    == TinyModel.folder.path)
            let error = #expect(throws: EvaluationError.self) {
                _ = try ModelLocator.locate("tyni\u{1B}", folders: folders, environment: [:])
            }
            #expect(error?.description.contains("tyni\\u{1B}") == true)
            #expect(error?.description.contains("sample model: tiny") == true)
        }
    }

    @Test func theLogKeepsItsSizeAndNeverFails() throws {
        try TinyModel.withFolder { root in
            let log = EventLog(environment: ["XDG_STATE_HOME": root.path], sizeLimit: 2000)
            log.write("first\nline \u{1B}[31m")
            let text = try String(contentsOf: log.file, encoding: .utf8)
            #expect(text.hasSuffix(" first line \\u{1B}[31m\n"))
            for index in 0..<200 { log.write("event \(index)") }
            let old = URL(fileURLWithPath: log.file.path + ".1")
            #expect(try Data(contentsOf: log.file).count <= 2000 && Data(contentsOf: old).count <= 2000)
            #expect(try String(contentsOf: log.file, encoding: .utf8).contains("event 199"))
            let blocked = EventLog(environment: ["XDG_STATE_HOME": log.file.path])
            blocked.write("nowhere to go")
            #expect(!FileManager.default.fileExists(atPath: blocked.file.path))
        }
    }
}
