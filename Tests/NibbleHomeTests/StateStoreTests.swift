import Foundation
import NibbleHome
import NibbleTestSupport
import Testing

/// What is remembered comes back, in order and within its limits.
@Suite struct StateStoreTests {
    @Test func folderFollowsTheEnvironment() {
        #expect(
            StateStore(environment: ["XDG_STATE_HOME": "/s", "HOME": "/h"]).directory.path == "/s/nibble")
        #expect(StateStore(environment: ["HOME": "/h"]).directory.path == "/h/.local/state/nibble")
        #expect(
            StateStore(environment: ["XDG_STATE_HOME": "s", "HOME": "/h"]).directory.path
                == "/h/.local/state/nibble")
    }

    @Test func recentModelsAreOrderedAndExist() throws {
        try TemporaryFolder.with { folder in
            let store = StateStore(environment: ["XDG_STATE_HOME": folder.path])
            #expect(store.recentModels().isEmpty)
            let models = ["a", "b", "c"].map { folder.resolvingSymlinksInPath().appendingPathComponent($0) }
            for model in models {
                try FileManager.default.createDirectory(at: model, withIntermediateDirectories: true)
                try store.rememberModel(model)
            }
            try store.rememberModel(models[0])
            #expect(store.recentModels().map(\.lastPathComponent) == ["a", "c", "b"])
            try FileManager.default.removeItem(at: models[2])
            #expect(store.recentModels().map(\.lastPathComponent) == ["a", "b"])
            for index in 0..<40 {
                let model = folder.appendingPathComponent("m\(index)")
                try FileManager.default.createDirectory(at: model, withIntermediateDirectories: true)
                try store.rememberModel(model)
            }
            #expect(store.recentModels().count == StateStore.recentLimit)
        }
    }

    @Test func promptsKeepLinesAndOrder() throws {
        try TemporaryFolder.with { folder in
            let store = StateStore(environment: ["XDG_STATE_HOME": folder.path])
            for prompt in ["one\ntwo", "é", "e\u{301}", "", "one\ntwo", "🙂\t\"\\"] {
                try store.rememberPrompt(prompt)
            }
            let prompts = store.prompts().map { Array($0.utf8) }
            #expect(prompts == ["🙂\t\"\\", "one\ntwo", "e\u{301}", "é"].map { Array($0.utf8) })
            try Data("[1,".utf8).write(to: store.directory.appendingPathComponent("prompts.json"))
            #expect(store.prompts().isEmpty)
            for index in 0..<250 { try store.rememberPrompt("\(index)") }
            #expect(store.prompts().count == StateStore.promptLimit && store.prompts().first == "249")
        }
    }

    @Test func folderThatCannotBeMadeGivesASentence() throws {
        try TemporaryFolder.with { folder in
            let file = folder.appendingPathComponent("file")
            try Data().write(to: file)
            let store = StateStore(environment: ["XDG_STATE_HOME": file.path])
            for remember in [
                { try store.rememberPrompt("x") }, { try store.rememberModel(folder) },
                { try store.rememberPlan(folder, forModelAt: folder) },
                { try store.change(Settings(["theme": "x"])) },
            ] as [() throws -> Void] {
                let error = #expect(throws: HomeError.self) { try remember() }
                #expect(error?.description.hasPrefix(file.path) == true)
                #expect(error?.description.hasSuffix("cannot be made: check its permissions.") == true)
            }
        }
    }

    @Test func plansAreRememberedForEachModel() throws {
        try TemporaryFolder.with { folder in
            let store = StateStore(environment: ["XDG_STATE_HOME": folder.path])
            let plans = ["a.yaml", "b.yaml"].map { folder.appendingPathComponent($0) }
            for plan in plans {
                try Data().write(to: plan)
                try store.rememberPlan(plan, forModelAt: folder)
            }
            #expect(store.recentPlans(forModelAt: folder).map(\.lastPathComponent) == ["b.yaml", "a.yaml"])
            #expect(store.recentPlans(forModelAt: folder.appendingPathComponent("other")).isEmpty)
            try FileManager.default.removeItem(at: plans[1])
            #expect(store.recentPlans(forModelAt: folder).map(\.lastPathComponent) == ["a.yaml"])
        }
    }

    @Test func instancesThatWriteAtOnceLoseNothing() throws {
        try TemporaryFolder.with { folder in
            let store = StateStore(environment: ["XDG_STATE_HOME": folder.path])
            DispatchQueue.concurrentPerform(iterations: 64) { try? store.rememberPrompt("prompt \($0)") }
            #expect(Set(store.prompts()) == Set((0..<64).map { "prompt \($0)" }))
        }
    }

    @Test func whatIsKeptIsForItsOwnerAlone() throws {
        try TemporaryFolder.with { folder in
            let store = StateStore(environment: ["XDG_STATE_HOME": folder.path])
            try FileManager.default.createDirectory(
                at: store.directory, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o755])
            let file = store.directory.appendingPathComponent("prompts.json")
            try Data("[]".utf8).write(to: file)
            chmod(file.path, 0o644)
            try store.rememberPrompt("secret")
            func mode(_ url: URL) -> mode_t {
                var status = stat()
                return stat(url.path, &status) == 0 ? status.st_mode & 0o777 : 0
            }
            #expect(mode(file) == 0o600)
            #expect(mode(store.directory) == 0o700)
        }
    }

    @Test func aFolderThatCannotBeWrittenIsToldBeforeThereIsSomethingToLose() throws {
        try TemporaryFolder.with { folder in
            #expect(StateStore(environment: ["XDG_STATE_HOME": folder.path]).problem() == nil)
            let file = folder.appendingPathComponent("file")
            try Data().write(to: file)
            let problem = StateStore(environment: ["XDG_STATE_HOME": file.path]).problem()
            #expect(problem?.contains("check its permissions") == true)
        }
    }
}
