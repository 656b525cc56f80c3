import Foundation
import Testing

@testable import NibbleQuantization

@Suite struct PlanStoreTests {
    @Test func folderFollowsTheEnvironment() {
        #expect(PlanStore(environment: ["XDG_STATE_HOME": "/s", "HOME": "/h"]).directory.path == "/s/nibble")
        #expect(PlanStore(environment: ["HOME": "/h"]).directory.path == "/h/.local/state/nibble")
        #expect(
            PlanStore(environment: ["XDG_STATE_HOME": "s", "HOME": "/h"]).directory.path
                == "/h/.local/state/nibble")
    }

    @Test func plansComeBackByModel() throws {
        try Layers.withFolder { folder in
            let store = PlanStore(environment: ["XDG_STATE_HOME": folder.appendingPathComponent("state").path]
            )
            let model = folder.appendingPathComponent("model")
            try FileManager.default.createDirectory(at: model, withIntermediateDirectories: true)
            let link = folder.appendingPathComponent("link")
            try FileManager.default.createSymbolicLink(at: link, withDestinationURL: model)
            #expect(try store.plan(forModelAt: model) == nil)
            let plan = Plan(name: "kept", rules: [try PlanRule(parsing: ".*=int4")])
            try store.keep(plan, forModelAt: model)
            #expect(try store.plan(forModelAt: link) == plan)
            #expect(try store.plan(forModelAt: folder) == nil)
            try Data("nonsense".utf8).write(to: store.planFile(forModelAt: model))
            #expect(throws: PlanError.self) { try store.plan(forModelAt: model) }
        }
    }

    @Test func recentModelsAreOrderedAndExist() throws {
        try Layers.withFolder { folder in
            let store = PlanStore(environment: ["XDG_STATE_HOME": folder.path])
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
            #expect(store.recentModels().count == PlanStore.recentLimit)
        }
    }

    @Test func promptsKeepLinesAndOrder() throws {
        try Layers.withFolder { folder in
            let store = PlanStore(environment: ["XDG_STATE_HOME": folder.path])
            for prompt in ["one\ntwo", "é", "e\u{301}", "", "one\ntwo", "🙂\t\"\\"] {
                try store.rememberPrompt(prompt)
            }
            let prompts = store.prompts().map { Array($0.utf8) }
            #expect(prompts == ["🙂\t\"\\", "one\ntwo", "e\u{301}", "é"].map { Array($0.utf8) })
            try Data("[1,".utf8).write(to: store.directory.appendingPathComponent("prompts.json"))
            #expect(store.prompts().isEmpty)
            for index in 0..<250 { try store.rememberPrompt("\(index)") }
            #expect(store.prompts().count == PlanStore.promptLimit && store.prompts().first == "249")
        }
    }

    @Test func folderThatCannotBeMadeGivesASentence() throws {
        try Layers.withFolder { folder in
            let file = folder.appendingPathComponent("file")
            try Data().write(to: file)
            let store = PlanStore(environment: ["XDG_STATE_HOME": file.path])
            #expect(throws: PlanError.self) { try store.keep(Plan(), forModelAt: folder) }
            #expect(throws: PlanError.self) { try store.rememberPrompt("x") }
        }
    }
}
