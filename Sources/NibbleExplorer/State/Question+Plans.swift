import Foundation
import NibbleHome
import NibbleQuantization

extension Question {
    /// What should become of a file that the plan should be saved to and that somebody else wrote.
    static func file(_ conflict: PlanConflict) -> Question {
        let found = conflict.found
        let name = found.location.lastPathComponent.printable(limit: 40)
        func replace(_ label: String, _ detail: String) -> Choice {
            Choice(label, detail) { $0.save(to: found.location, replacing: found.bytes) }
        }
        let typed = UserPath.short(found.location)
        let anotherName = Choice("Another name", "type where the plan should go") { $0.askForPlanFile(typed) }
        let cancel = Choice("Cancel", "leave the file as it is")
        if found.losesComments {
            return Question(
                title: "Comments would be lost",
                lines: ["\(name) has comments that nibble can’t keep when it writes the plan anew."],
                choices: [anotherName, replace("Replace", "without the comments"), cancel])
        }
        guard conflict.merge != nil else {
            let isOther = found.base != nil
            return Question(
                title: isOther ? "The file has changed" : "The file is there already",
                lines: [
                    isOther
                        ? "\(name) was written by somebody else since nibble saved the plan there: it is \(found.summary)."
                        : "\(name) is \(found.summary). It is not the file of this plan."
                ],
                choices: [anotherName, replace("Replace", "what is in the file is lost"), cancel])
        }
        return Question(
            title: "The plan’s file has changed",
            lines: ["\(name) was changed by somebody else since nibble read or saved it."]
                + conflict.differences,
            choices: [
                Choice("Both", conflict.mergeDetail) { state in
                    state.takeBoth(conflict)
                    state.save(to: found.location, replacing: found.bytes)
                },
                Choice("Theirs", "load the file; u leads back to yours") { $0.load(found.location) },
                replace("Yours", "replace the file; their changes are lost"), anotherName, cancel,
            ])
    }

    /// What should become of a plan that another nibble has kept for the same model.
    static func otherPlan(_ conflict: PlanConflict) -> Question {
        let found = conflict.found
        return Question(
            title: "Another nibble changed the plan",
            lines: ["Another nibble has this model open too, and kept another plan for the next start."]
                + conflict.differences,
            choices: [
                Choice("Both", conflict.mergeDetail) { state in
                    state.takeBoth(conflict)
                    state.keepOverOther(found)
                },
                Choice("Theirs", "take their plan; u leads back to yours") { state in
                    if let plan = found.plan { state.workspace?.plans.edit(plan) }
                    state.keepOverOther(found)
                },
                Choice("Yours", "keep yours; their changes go from the next start") {
                    $0.keepOverOther(found)
                },
                Choice("Later", "both stay; L lists them") { $0.workspace?.postponed = found.bytes },
            ])
    }

    /// Whether the program should end although the plan can't be kept.
    static func quitting(_ problem: String) -> Question {
        Question(
            title: "The plan is not saved",
            lines: ["The plan has changes that are in no file, and they can’t be kept: \(problem)"],
            choices: [
                Choice("Save", "to a file elsewhere") { $0.askForPlanFile() },
                Choice("Quit", "without the changes") { $0.isFinished = true },
                Choice("Stay", "and go on"),
            ])
    }
}
