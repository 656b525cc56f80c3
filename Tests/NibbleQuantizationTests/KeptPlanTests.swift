import Foundation
import NibbleHome
import NibbleQuantization
import Testing

/// Plans that are kept for the next time a model is opened, and files that somebody else writes meanwhile.
@Suite struct KeptPlanTests {
    private func plan(_ rules: String..., name: String = "plan") throws -> Plan {
        Plan(name: name, rules: try rules.map { try PlanRule(parsing: $0) })
    }

    private func keeper(_ folder: URL) -> PlanKeeper {
        PlanKeeper(
            store: StateStore(environment: ["XDG_STATE_HOME": folder.appendingPathComponent("state").path]))
    }

    private func text(_ file: URL) throws -> String { try String(contentsOf: file, encoding: .utf8) }

    @Test func plansComeBackByModel() throws {
        try Layers.withFolder { folder in
            let model = folder.appendingPathComponent("model")
            try FileManager.default.createDirectory(at: model, withIntermediateDirectories: true)
            let link = folder.appendingPathComponent("link")
            try FileManager.default.createSymbolicLink(at: link, withDestinationURL: model)
            #expect(try keeper(folder).kept(forModelAt: model) == nil)
            let kept = try plan(".*=int4", name: "kept")
            #expect(try keeper(folder).keep(kept, location: nil, forModelAt: model) == .saved)
            let back = try keeper(folder).kept(forModelAt: link)
            #expect(back?.plan == kept)
            #expect(back?.location == nil)
            #expect(try keeper(folder).kept(forModelAt: folder) == nil)
            let file = keeper(folder).store.planFile(forModelAt: model)
            try Data("nonsense".utf8).write(to: file)
            #expect(throws: PlanError.self) { try keeper(folder).kept(forModelAt: model) }
            #expect(try keeper(folder).keep(kept, location: nil, forModelAt: model) == .saved)
            #expect(try text(URL(fileURLWithPath: file.path + ".broken")) == "nonsense")
        }
    }

    @Test func folderThatCannotBeMadeGivesASentence() throws {
        try Layers.withFolder { folder in
            let file = folder.appendingPathComponent("file")
            try Data().write(to: file)
            let keeper = PlanKeeper(store: StateStore(environment: ["XDG_STATE_HOME": file.path]))
            #expect(throws: HomeError.self) { try keeper.keep(Plan(), location: nil, forModelAt: folder) }
        }
    }

    @Test func aFileThatWasNeverReadIsNotReplaced() throws {
        try Layers.withFolder { folder in
            let keeper = keeper(folder)
            let file = folder.appendingPathComponent("exists.yaml")
            try Data("precious".utf8).write(to: file)
            let mine = try plan(".*=int4")
            guard case .found(let found) = try keeper.save(mine, to: file) else {
                Issue.record("It was replaced.")
                return
            }
            #expect(try text(file) == "precious")
            #expect(found.summary == "no plan, but text of 8 bytes that begins “precious”")
            #expect(found.plan == nil)
            #expect(try keeper.save(mine, to: file, replacing: found.bytes) == .saved)
            #expect(try Plan.load(file) == mine)
            #expect(try keeper.save(try plan(".*=int8"), to: file) == .saved, "it is its own file now")
        }
    }

    @Test func whatChangedAfterTheQuestionIsAskedAboutAgain() throws {
        try Layers.withFolder { folder in
            let keeper = keeper(folder)
            let file = folder.appendingPathComponent("exists.yaml")
            try Data("precious".utf8).write(to: file)
            guard case .found(let found) = try keeper.save(try plan(), to: file) else { return }
            try Data("more precious".utf8).write(to: file)
            let second = try keeper.save(try plan(), to: file, replacing: found.bytes)
            #expect(second != .saved)
            #expect(try text(file) == "more precious")
        }
    }

    @Test func anothersPlanIsFoundWithWhatBothWereMadeFrom() throws {
        try Layers.withFolder { folder in
            let keeper = keeper(folder)
            let file = folder.appendingPathComponent("plan.yaml")
            let base = try plan("a=int4")
            #expect(try keeper.save(base, to: file) == .saved)
            let theirs = try plan("a=int4", "b=int8")
            try theirs.save(file)
            guard case .found(let found) = try keeper.save(try plan("a=int6"), to: file) else {
                Issue.record("It was replaced.")
                return
            }
            #expect(found.base == base)
            #expect(found.plan == theirs)
            #expect(try Plan.load(file) == theirs)
        }
    }

    @Test func commentsOfAFileOutliveEdits() throws {
        try Layers.withFolder { folder in
            let keeper = keeper(folder)
            let file = folder.appendingPathComponent("plan.yaml")
            #expect(try keeper.save(try plan("a=int4", "b=int8", "c=int8"), to: file) == .saved)
            let edited =
                try text(file)
                .replacing("  - pattern: b", with: "  # b is delicate\n  - pattern: b # see the log")
                .replacing("setting: int4", with: "setting: int4   # enough")
                + "# the end\n"
            try Data(edited.utf8).write(to: file)
            #expect(try keeper.save(try plan("a=int6", "c=int8", "d=int4"), to: file) == .saved)
            let after = try text(file)
            for comment in ["# b is delicate", "# see the log", "setting: int6  # enough", "# the end"] {
                #expect(after.contains(comment))
            }
            let back = try Plan.load(file)
            #expect(back.rules == (try plan("a=int6", "c=int8", "d=int4").rules))
            let delicate = try #require(after.range(of: "# b is delicate"))
            let next = try #require(after.range(of: "pattern: c"))
            #expect(
                delicate.upperBound < next.lowerBound, "comments of a rule that is gone stay in their place")
        }
    }

    @Test func twoInstancesOfOneModelFindEachOther() throws {
        try Layers.withFolder { folder in
            let model = folder.appendingPathComponent("model")
            let (first, second) = (keeper(folder), keeper(folder))
            #expect(try first.kept(forModelAt: model) == nil)
            #expect(try second.kept(forModelAt: model) == nil)
            let (mine, yours) = (try plan("a=int4"), try plan("b=int4"))
            #expect(try first.keep(mine, location: nil, forModelAt: model) == .saved)
            guard case .found(let found) = try second.keep(yours, location: nil, forModelAt: model) else {
                Issue.record("The first one's plan was lost.")
                return
            }
            #expect(found.plan == mine)
            #expect(found.base?.rules == [])
            // Until it is decided both are there.
            let known = second.knownPlans(forModelAt: model, besides: [])
            let others = keeper(folder).knownPlans(forModelAt: model, besides: [])
            #expect(known.map(\.location) == [first.store.planFile(forModelAt: model)])
            #expect(try others.map { try Plan.load($0.location).rules } == [mine.rules, yours.rules])
            let both = try plan("a=int4", "b=int4")
            #expect(
                try second.keep(both, location: nil, forModelAt: model, replacing: found.bytes) == .saved)
            #expect(keeper(folder).knownPlans(forModelAt: model, besides: []).count == 1)
            #expect(try keeper(folder).kept(forModelAt: model)?.plan == both)
            let later = try first.keep(try plan("a=int8"), location: nil, forModelAt: model)
            #expect(later != .saved, "now the first finds the second's")
        }
    }

    @Test func aFileThatChangedBetweenTwoStartsIsReadAnewOrTold() throws {
        try Layers.withFolder { folder in
            let model = folder.appendingPathComponent("model")
            let file = folder.appendingPathComponent("plan.yaml")
            let saved = try plan("a=int4")
            let edited = try plan("a=int8")
            let first = keeper(folder)
            #expect(try first.save(saved, to: file) == .saved)
            #expect(try first.keep(saved, location: file, forModelAt: model) == .saved)
            try edited.save(file)
            let second = try keeper(folder).kept(forModelAt: model)
            #expect(second?.plan == edited)
            #expect(second?.saved == edited)
            #expect(second?.remark?.contains("is read anew") == true)

            let unsaved = try plan("b=int4")
            #expect(try first.keep(unsaved, location: file, forModelAt: model) == .saved)
            let third = keeper(folder)
            let kept = try third.kept(forModelAt: model)
            #expect(kept?.plan == unsaved)
            #expect(kept?.saved == saved)
            #expect(kept?.remark?.contains("w says what differs") == true)
            let outcome = try third.save(unsaved, to: file)
            #expect(outcome != .saved)
            #expect(try Plan.load(file) == edited)
        }
    }
}
