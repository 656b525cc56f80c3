import Testing

@testable import NibbleExplorer

@Suite struct TokenFlowTests {
    @Test func wordsOfSeveralTokensStayTogether() {
        let flow = TokenFlow([["The"], [" light"], ["house"], [" stood"]], width: 12)
        #expect(flow.ranges == [0..<1, 1..<3, 3..<4])
    }

    @Test func bothSidesBreakAtTheSameTokens() {
        let alternatives = [["one", "one"], [" two", " twelve"], [" six", " six"]]
        #expect(TokenFlow(alternatives, width: 13).ranges == [0..<2, 2..<3])
        #expect(TokenFlow(alternatives.map { [$0[0]] }, width: 13).ranges == [0..<3])
    }

    @Test func aNewlineEndsItsLine() {
        #expect(TokenFlow([["a"], [".\n"], ["b"]], width: 20).ranges == [0..<2, 2..<3])
    }

    @Test func aWordLongerThanTheLineIsBroken() {
        let flow = TokenFlow(Array(repeating: ["abcd"], count: 5), width: 10)
        #expect(flow.ranges == [0..<2, 2..<4, 4..<5])
    }

    @Test func aTokenWiderThanTheLineTakesALineOfItsOwn() {
        let flow = TokenFlow([["abcdefghijkl"], [" b"]], width: 5)
        #expect(flow.ranges.flatMap(Array.init) == [0, 1])
    }

    @Test func everyTokenIsOnExactlyOneLine() {
        for width in 1...30 {
            let tokens = (0..<40).map { [String(repeating: "x", count: $0 % 7) + ($0 % 5 == 0 ? "\n" : "")] }
            #expect(TokenFlow(tokens, width: width).ranges.flatMap(Array.init) == Array(0..<40))
        }
    }
}
