import Testing

@testable import NibbleTerminal

/// What terminals send that is no key: replies, reports of the mouse in old encodings, marks that lost their end.
@Suite struct InputReplyTests {
    private func events(_ text: String) -> [Event] {
        var decoder = InputDecoder()
        return decoder.feed(text.utf8) + decoder.flush()
    }

    private static let replies = [
        "\u{1B}]11;rgb:1e1e/1e1e/2e2e\u{1B}\\", "\u{1B}]11;rgb:1e1e/1e1e/2e2e\u{7}", "\u{1B}]52;c;cQ==\u{7}",
        "\u{1B}P>|XTerm(390)\u{1B}\\", "\u{1B}P1$r0m\u{1B}\\", "\u{1B}_Gi=31;OK\u{1B}\\",
        "\u{1B}^pm q\u{1B}\\",
        "\u{1B}Xsos q\u{1B}\\", "\u{1B}]l title q\u{1B}\\",
        "\u{1B}[?62;22c", "\u{1B}[>41;390;0c", "\u{1B}[?1;2c", "\u{1B}[24;80R", "\u{1B}[?24;80R",
        "\u{1B}[8;24;80t",
        "\u{1B}[4;600;800t", "\u{1B}[?2026;2$y", "\u{1B}[12;2$y", "\u{1B}[?1u", "\u{1B}[?997;1n", "\u{1B}[0n",
        "\u{1B}[1;1;1;128;128;1;0x", "\u{1B}[201~", "\u{1B}\\",
    ]

    @Test(arguments: replies)
    func repliesAreNoKeysHoweverTheirBytesAreCut(_ reply: String) {
        let bytes = Array("a\(reply)b".utf8)
        for cut in 1..<bytes.count {
            var decoder = InputDecoder()
            let found = decoder.feed(bytes[..<cut]) + decoder.feed(bytes[cut...])
            #expect(found == [.key(KeyPress("a")), .key(KeyPress("b"))], "cut at \(cut)")
        }
    }

    @Test(arguments: [
        "\u{1B}]11;rgb:q", "\u{1B}P1$r", "\u{1B}_Gq", "\u{1B}^q", "\u{1B}Xq", "\u{1B}]11;q\u{1B}",
    ])
    func aReplyWithoutAnEndIsGivenUp(_ reply: String) {
        var decoder = InputDecoder()
        #expect(decoder.feed(reply.utf8).isEmpty)
        #expect(decoder.waiting == .reply)
        #expect(decoder.flush().isEmpty)
        #expect(decoder.feed("q".utf8) == [.key(KeyPress("q"))])
    }

    @Test func aReplyThatIsBrokenOffEndsWhereSomethingElseBegins() {
        #expect(events("\u{1B}]11;rgb:\u{1B}[A") == [.key(KeyPress(.up))])
        #expect(events("\u{1B}P1$r\u{18}j") == [.key(KeyPress("j"))])
    }

    @Test func aPasteWithoutAnEndArrivesWhenItsTimeIsOver() {
        var decoder = InputDecoder()
        #expect(decoder.feed("\u{1B}[200~never ended\u{1B}[2".utf8).isEmpty)
        #expect(decoder.waiting == .paste)
        #expect(decoder.flush() == [.paste("never ended\u{1B}[2")])
        #expect(decoder.feed("q".utf8) == [.key(KeyPress("q"))])
    }

    /// Each encoding says: left button down in column 3, row 88, then up again, then the wheel.
    @Test(arguments: [
        [0x1B, 0x5B, 0x4D, 32, 35, 120, 0x1B, 0x5B, 0x4D, 35, 35, 120, 0x1B, 0x5B, 0x4D, 97, 35, 120]
            as [UInt8],
        Array("\u{1B}[32;3;88M\u{1B}[35;3;88M\u{1B}[97;3;88M".utf8),
        Array("\u{1B}[<0;3;88M\u{1B}[<0;3;88m\u{1B}[<65;3;88M".utf8),
    ])
    func theMouseIsUnderstoodInEveryEncoding(_ bytes: [UInt8]) {
        let point = Point(2, 87)
        let expected = [
            MouseEvent(.press(.left), at: point), MouseEvent(.release(.left), at: point),
            MouseEvent(.wheelDown, at: point),
        ]
        for cut in 0...bytes.count {
            var decoder = InputDecoder()
            #expect(decoder.feed(bytes[..<cut]) + decoder.feed(bytes[cut...]) == expected.map(Event.mouse))
        }
    }

    @Test func wideScreensAreReportedInBytesOrInUTF8() {
        #expect(events("\u{1B}[M \u{A4}!") == [.mouse(MouseEvent(.press(.left), at: Point(131, 0)))])
        var decoder = InputDecoder()
        #expect(
            decoder.feed([0x1B, 0x5B, 0x4D, 0x20, 0xE4, 0x21])
                == [.mouse(MouseEvent(.press(.left), at: Point(195, 0)))])
    }

    @Test(arguments: [
        ("\u{1B}[97u", "a"), ("\u{1B}[97;1:1u", "a"), ("\u{1B}[97;1:2u", "a"), ("\u{1B}[97;2u", "A"),
        ("\u{1B}[97:65;2u", "A"), ("\u{1B}[49:33;2u", "!"), ("\u{1B}[97;2;65u", "A"), ("\u{1B}[97;65u", "A"),
        ("\u{1B}[99;5u", "ctrl-c"), ("\u{1B}[1089::99;5u", "ctrl-c"), ("\u{1B}[106;5u", "ctrl-j"),
        ("\u{1B}[99;69u", "ctrl-c"), ("\u{1B}[27u", "esc"), ("\u{1B}[13;2u", "shift-enter"),
        ("\u{1B}[57414u", "enter"), ("\u{1B}[57400u", "1"), ("\u{1B}[57419u", "up"), ("\u{1B}[57376u", "f13"),
        ("\u{1B}[228;;228u", "ä"), ("\u{1B}[1;1:2A", "up"), ("\u{1B}[5;5:1~", "ctrl-pgup"),
        ("\u{1B}[27;5;106~", "ctrl-j"), ("\u{1B}[27;2;13~", "shift-enter"), ("\u{1B}[27;2;33~", "!"),
        ("\u{1B}[27;2;97~", "A"), ("\u{1B}\u{1B}[A", "alt-up"), ("\u{1B}[a", "shift-up"),
        ("\u{1B}Oa", "ctrl-up"),
        ("\u{1B}[5^", "ctrl-pgup"), ("\u{1B}[5$", "shift-pgup"), ("\u{1B}Oq", "1"), ("\u{1B}Ok", "+"),
        ("\u{1B}O5A", "ctrl-up"), ("\u{1B}[25~", "f13"), ("\u{1B}[1;5R", "ctrl-f3"), ("\u{1B}[R", "f3"),
    ])
    func extendedKeysAreRead(_ bytes: String, _ name: String) throws {
        #expect(events(bytes) == [try #require(Event.key(named: name))])
    }

    @Test(arguments: [
        "\u{1B}[97;1:3u", "\u{1B}[1;1:3A", "\u{1B}[5;1:3~", "\u{1B}[57441;2u", "\u{1B}[57441u",
        "\u{1B}[57358u",
        "\u{1B}[57428u", "\u{1B}[27;1:3u", "\u{1B}[0;;57441u", "\u{1B}[57441;2;57441u", "\u{1B}[1114112u",
    ])
    func keysThatComeUpAndKeysWithoutMeaningAreNothing(_ bytes: String) {
        #expect(events(bytes).isEmpty)
    }

    // MARK: Time

    @Test func escapeWaitsAsLongAsTheEnvironmentSays() {
        #expect(InputPatience.escapeDelay([:]) == .milliseconds(50))
        #expect(InputPatience.escapeDelay(["ESCDELAY": "200"]) == .milliseconds(200))
        #expect(InputPatience.escapeDelay(["ESCDELAY": "0"]) == .milliseconds(1))
        #expect(InputPatience.escapeDelay(["ESCDELAY": "999999"]) == .seconds(5))
        #expect(InputPatience.escapeDelay(["ESCDELAY": "soon"]) == .milliseconds(50))
    }

    /// How long a paste without an end is waited for while `bytes` come every `pause`.
    private func wait(bytes: Int, every pause: Duration) -> Duration? {
        var patience = InputPatience(environment: [:])
        let start = ContinuousClock.now
        var now = start
        while now - start < .seconds(60) {
            if patience.isOver(waitingFor: .paste, bytes: bytes, now: now) { return now - start }
            now += pause
        }
        return nil
    }

    @Test func typingDoesNotProlongALostPasteForEverAndASlowLineIsNotTorn() throws {
        // A held arrow key: three bytes, thirty times a second.
        #expect(try #require(wait(bytes: 3, every: .milliseconds(33))) < .seconds(30))
        #expect(try #require(wait(bytes: 0, every: .milliseconds(10))) < .seconds(3))
        // 1,200 baud, and a network that brings 4 KiB now and then.
        #expect(wait(bytes: 1, every: .milliseconds(8)) == nil)
        #expect(wait(bytes: 4096, every: .milliseconds(1500)) == nil)
    }
}
