import Foundation
import NibbleTestSupport
import Testing

/// Original and plan of encoders side by side: classes, masked words, vectors and images.
@Suite(.serialized) struct EncoderScenarios {
    /// A fixture of random weights with a tokenizer, in a home of its own.
    private func open(
        _ fixture: String, tokens: Int, _ home: URL, width: Int = 100, height: Int = 30
    ) throws -> ExplorerScenario {
        let place = try ScenarioModel.encoder(fixture, tokens: tokens, in: home)
        let nibble = try ExplorerScenario([place.path], home: home, width: width, height: height)
        try nibble.wait(for: "none changed")
        return nibble
    }

    private func quantizeAll(_ nibble: ExplorerScenario, to format: String) throws {
        nibble.press("V")
        try nibble.wait(for: "layers are marked")
        try nibble.choose(format: format)
        nibble.press("2")
        try nibble.wait(for: "plan \(format)")
    }

    @Test(arguments: [(80, 24), (100, 30), (160, 45)]) func classesStandSideBySideAndFollowEdits(
        _ size: (Int, Int)
    ) throws {
        try ExplorerScenario.withHome { home in
            let nibble = try open(
                "bert-classes", tokens: 64, home, width: max(size.0, 100), height: max(size.1, 30))
            nibble.resize(width: size.0, height: size.1)
            try quantizeAll(nibble, to: "int2")
            try nibble.wait(for: "Classes  3 of text 1")
            nibble.press("j")
            try nibble.wait(for: "Classes  3 of text 2")
            nibble.press("M")
            try nibble.wait(for: "logit ")
            nibble.press("i")
            try nibble.replace(with: "good day || bad day", titled: "Texts, one on each line")
            try nibble.wait(for: "Classes  3 of text 1")
            nibble.press("end")
            try nibble.wait(for: "Classes  3 of text 4")
            try nibble.wait(for: "good day || bad day")
            nibble.press("u")
            try nibble.wait(for: "plan as stored")
            try nibble.wait(for: "KL 0.000")
            try nibble.quit()
        }
    }

    @Test func theCursorWalksOverMasks() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try open("distilbert-mlm", tokens: 64, home)
            try quantizeAll(nibble, to: "int2")
            try nibble.wait(for: "mask 1 of 1, text 1")
            nibble.press("l")
            try nibble.wait(for: "mask 1 of 2, text 2")
            nibble.press("l")
            try nibble.wait(for: "mask 2 of 2, text 2")
            nibble.press("i")
            try nibble.wait(for: "[MASK] stands for a word")
            nibble.press("ctrl-u")
            nibble.type("no word is missing")
            nibble.press("enter")
            try nibble.wait(for: "has no word to be guessed: write [MASK]")
            nibble.press("esc")
            try nibble.wait(without: "stands for a word")
            try nibble.quit()
        }
    }

    @Test func sentencesAreComparedWithEachOther() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try open("roberta-pooler", tokens: 64, home, width: 160, height: 45)
            nibble.press("p")
            try nibble.wait(for: "Pinned as plan 1")
            try quantizeAll(nibble, to: "int2")
            try nibble.wait(for: "Similarity")
            try nibble.wait(for: "Layers that moved this text most")
            try nibble.wait(for: "output error")
            nibble.press("tab")
            try nibble.wait(for: "plan pinned 1")
            nibble.press("shift-tab")
            try nibble.wait(without: "plan pinned 1")
            nibble.press("b")
            try nibble.wait(for: "Effect on the weights")
            nibble.press("2")
            try nibble.wait(for: "Similarity")
            nibble.press("i")
            try nibble.wait(for: "6 texts")
            for _ in 0..<5 { nibble.press("ctrl-u", "backspace") }
            try nibble.wait(for: "1 text,")
            try nibble.replace(with: "alone", titled: "Texts, one on each line")
            try nibble.wait(for: "One alone has nothing to be like")
            try nibble.quit()
        }
    }

    @Test func imagesAreReadFromAFolder() throws {
        try ExplorerScenario.withHome { home in
            let place = try ScenarioModel.vision(in: home)
            let nibble = try ExplorerScenario([place.path], home: home, width: 100, height: 30)
            try nibble.wait(for: "layers.0")
            nibble.press("2")
            try nibble.wait(for: "i edits them")
            nibble.press("enter")
            try nibble.wait(for: "There is no image")
            nibble.press("i")
            try nibble.replace(with: "~/nothing", titled: "The path of an image")
            try nibble.wait(for: "There is no such file")
            nibble.press("i")
            try nibble.replace(with: "~/pictures", titled: "The path of an image")
            try nibble.wait(for: "Classes  10 of image 1")
            try nibble.wait("shows the picture in half blocks, with a strip below") { screen in
                screen.cells.filter { row in row.count { $0.text == "▀" } >= 12 }.count >= 10
            }
            nibble.press("v")
            try nibble.wait(for: "one.jpg  as read, 32 × 32")
            nibble.press("v")
            try nibble.wait(without: "as read, 32 × 32")
            nibble.press("j")
            try nibble.wait(for: "Classes  10 of image 2")
            nibble.press("j")
            try nibble.wait(for: "torn.png: ")
            try nibble.quit()
        }
    }
}
