import Foundation
import NibbleHome
import NibbleTerminal

extension ApplicationState {
    /// Answers a key while a question is asked.
    mutating func press(_ press: KeyPress, in question: Question) {
        var question = question
        switch press.key {
        case .down, .right, .character("j"), .tab: question.move(by: 1)
        case .up, .left, .character("k"): question.move(by: -1)
        case .home: question.cursor = 0
        case .end: question.move(by: question.choices.count)
        case .escape: return answer(question.choices[question.choices.count - 1])
        case .enter: return answer(question.choices[question.cursor])
        default: return
        }
        overlay = .question(question)
    }

    /// Gives an answer to the question of the dialog.
    mutating func choose(answer index: Int) {
        guard case .question(let question) = overlay else { return }
        answer(question.choices[index])
    }

    /// Moves over the plans known for the model.
    mutating func moveInPlans(by offset: Int) {
        guard case .planLoader(var loader) = overlay else { return }
        loader.move(by: offset)
        overlay = .planLoader(loader)
    }

    /// Chooses a plan known for the model; the one that is chosen already is loaded.
    mutating func choose(plan index: Int) {
        guard case .planLoader(var loader) = overlay else { return }
        if loader.chosen == index { return loadPlan(loader) }
        loader.move(by: index - (loader.chosen ?? -1))
        overlay = .planLoader(loader)
    }

    private mutating func answer(_ choice: Question.Choice) {
        overlay = nil
        choice.answer(&self)
    }

    /// Answers a key while a plan to load is chosen.
    mutating func press(_ press: KeyPress, in loader: PlanLoader) {
        var loader = loader
        switch press.key {
        case .escape:
            overlay = nil
            return
        case .down: loader.move(by: 1)
        case .up: loader.move(by: -1)
        case .pageDown: loader.move(by: Self.plansAtOnce)
        case .pageUp: loader.move(by: -Self.plansAtOnce)
        case .tab: start(CompletePathJob(text: loader.editor.text))
        case .enter:
            loader.problem = nil
            overlay = .planLoader(loader)
            return loadPlan(loader)
        default: loader.apply(press)
        }
        overlay = .planLoader(loader)
    }

    /// Plans that a page key moves by.
    private static let plansAtOnce = 8

    private mutating func loadPlan(_ loader: PlanLoader) {
        if let chosen = loader.chosen, let known = loader.known { return load(known[chosen].location) }
        do {
            guard !loader.editor.text.isEmpty else {
                throw HomeError.noFolder("Type the path of a plan, or choose one with the arrows.")
            }
            load(try UserPath.file(loader.editor.text))
        } catch {
            var loader = loader
            loader.problem = "\(error)"
            overlay = .planLoader(loader)
        }
    }
}
