import Foundation
import NibbleEvaluation
import Testing

/// Labelled texts as CSV and as lines of JSON.
@Suite struct LabelledTextsTests {
    private static let labels = ["negative", "neutral", "Positive"]

    private static func read(
        _ text: String, _ columns: LabelledTexts.Columns = .init(), limit: Int = .max
    ) throws -> [LabelledTexts.Item] {
        try LabelledTexts.read(Data(text.utf8), columns: columns, labels: labels, limit: limit).items
    }

    @Test func csvWithQuotedFields() throws {
        let items = try Self.read(
            "\u{FEFF}id,text,label\r\n1,\"a \"\"fine\"\", long\nday\",positive\r\n\r\n2,rain,0\n3,,neutral")
        #expect(items.map(\.input.text) == ["a \"fine\", long\nday", "rain", ""])
        #expect(items.map(\.label) == [2, 0, 1])
    }

    @Test func jsonLines() throws {
        let items = try Self.read(
            "\n{\"text\": \"a\", \"label\": 2}\n{\"text\": \"b \\u00e9\", \"label\": \"negative\", \"x\": NaN}\n"
        )
        #expect(items.map(\.input.text) == ["a", "b é"] && items.map(\.label) == [2, 0])
    }

    @Test func pairsAndOtherColumns() throws {
        let columns = LabelledTexts.Columns(text: "s1", pair: "s2", label: "class")
        let csv = try Self.read("class,s2,s1\n1,second,first\n", columns)
        let json = try Self.read("{\"class\": 1, \"s1\": \"first\", \"s2\": \"second\"}", columns)
        #expect(csv == json && csv.first?.input == TextInput("first", pair: "second"))
    }

    @Test func aLimitEndsTheReading() throws {
        #expect(try Self.read("text,label\na,0\nb,1\nc,9\n", limit: 2).count == 2)
        #expect(try Self.read("{\"text\":\"a\",\"label\":0}\nbroken", limit: 1).count == 1)
    }

    @Test(arguments: [
        ("", "no text"), ("text,label\n", "no text"), ("text\na\n", "“label”"),
        ("text,label\na\n", "Line 2"), ("text,label\n\"a,0\n", "Line 2"),
        ("text,label\na,7\n", "“7”"), ("text,label\na,good\n", "negative, neutral, Positive"),
        ("{\"text\": 1.5, \"label\": 0}", "Line 1"), ("{\"text\": \"a\"}", "“label”"),
        ("{\"text\": \"a\", \"label\": 0}\n{", "Line 2"), ("\u{0}\u{1}", "UTF-8"),
    ])
    func brokenDataIsRefusedWithItsPlace(_ text: String, _ part: String) {
        do {
            let items = try Self.read(text)
            Issue.record("\(items.count) texts were read")
        } catch { #expect("\(error)".contains(part), "\(error)") }
    }

    @Test func bytesThatAreNoTextAreRefused() {
        #expect(throws: EvaluationError.self) {
            try LabelledTexts.read(Data([0x74, 0xFF, 0xFE]), labels: Self.labels)
        }
    }
}
