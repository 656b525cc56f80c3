import Foundation
import NibbleHome
import NibbleQuantization
import Testing

/// Plans that are kept for the next time a model is opened.
@Suite struct KeptPlanTests {
    @Test func plansComeBackByModel() throws {
        try Layers.withFolder { folder in
            let store = StateStore(environment: [
                "XDG_STATE_HOME": folder.appendingPathComponent("state").path
            ]
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

    @Test func folderThatCannotBeMadeGivesASentence() throws {
        try Layers.withFolder { folder in
            let file = folder.appendingPathComponent("file")
            try Data().write(to: file)
            let store = StateStore(environment: ["XDG_STATE_HOME": file.path])
            #expect(throws: PlanError.self) { try store.keep(Plan(), forModelAt: folder) }
        }
    }
}
