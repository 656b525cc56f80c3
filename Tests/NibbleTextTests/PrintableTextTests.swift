import NibbleText
import Testing

struct PrintableTextTests {
    static let texts: [(String, String)] = [
        ("model.layers.0.weight", "model.layers.0.weight"),
        ("é 漢字 😀 e\u{301}", "é 漢字 😀 e\u{301}"),
        ("a\u{0}\u{1B}[2J\u{7F}", #"a\u{0}\u{1B}[2J\u{7F}"#),
        ("\r\n\t", #"\u{D}\u{A}\u{9}"#),
        ("\u{80}\u{9B}\u{9F}\u{A0}", "\\u{80}\\u{9B}\\u{9F}\u{A0}"),
        (
            "\u{202A}\u{202E}\u{2066}\u{2069}\u{200E}\u{200F}\u{61C}",
            #"\u{202A}\u{202E}\u{2066}\u{2069}\u{200E}\u{200F}\u{61C}"#
        ),
        ("\u{200B}\u{200D}\u{2060}\u{FEFF}\u{AD}", #"\u{200B}\u{200D}\u{2060}\u{FEFF}\u{AD}"#),
        ("\u{2028}\u{2029}\u{E000}\u{E0041}", #"\u{2028}\u{2029}\u{E000}\u{E0041}"#),
    ]

    @Test(arguments: texts) func escapes(text: String, expected: String) {
        #expect(Array(text.printable.unicodeScalars) == Array(expected.unicodeScalars))
    }

    @Test func noControlCharacterIsLeft() {
        for value in UInt32(0)...0x2_FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let category = scalar.properties.generalCategory
            let isInvisible = [.control, .format, .lineSeparator, .paragraphSeparator].contains(category)
            let printed = String(scalar).printable
            if isInvisible { #expect(!printed.unicodeScalars.contains(scalar), "\(value)") }
        }
    }

    @Test func aJoinerBelongsToTheEmojiAroundItAndIsAControlElsewhere() {
        for text in ["👩\u{200D}👩", "👩🏽\u{200D}🚀", "❤\u{FE0F}\u{200D}🔥", "👨\u{200D}👩\u{200D}👧"] {
            #expect(text.printable == text)
        }
        for text in [
            "a\u{200D}b", "\u{200D}👩", "👩\u{200D}", "👩\u{200D}a", "1\u{200D}2", "👩\u{200D}\u{200D}👩",
        ] {
            #expect(text.printable != text)
        }
    }
}
