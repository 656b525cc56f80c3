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
                { try store.keepLocation(folder, forModelAt: folder) },
            ] as [() throws -> Void] {
                let error = #expect(throws: HomeError.self) { try remember() }
                #expect(error?.description.hasPrefix(file.path) == true)
                #expect(error?.description.hasSuffix("cannot be made: check its permissions.") == true)
            }
        }
    }

    @Test func theSavedPlansPlaceIsRemembered() throws {
        try TemporaryFolder.with { folder in
            let store = StateStore(environment: [
                "XDG_STATE_HOME": folder.appendingPathComponent("state").path
            ])
            let model = folder.appendingPathComponent("model")
            let plan = folder.appendingPathComponent("plan.yaml")
            #expect(store.planLocation(forModelAt: model) == nil)
            try store.keepLocation(plan, forModelAt: model)
            #expect(store.planLocation(forModelAt: model) == nil, "the file is not there")
            try Data().write(to: plan)
            #expect(store.planLocation(forModelAt: model)?.path == plan.path)
            try store.keepLocation(nil, forModelAt: model)
            #expect(store.planLocation(forModelAt: model) == nil)
        }
    }
}
