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
        case .pageDown: loader.move(by: pageLength)
        case .pageUp: loader.move(by: -pageLength)
        case .tab: start(CompletePathJob(text: loader.editor.text))
        case .enter:
            loader.problem = nil
            overlay = .planLoader(loader)
            return loadPlan(loader)
        default: loader.apply(press)
        }
        overlay = .planLoader(loader)
    }

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
