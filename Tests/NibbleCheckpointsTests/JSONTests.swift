import NibbleCheckpoints
import NibbleTestSupport
import Testing

struct JSONTests {
    static let values: [(String, JSONValue)] = [
        ("null", .null), (" true\n", .boolean(true)), ("false", .boolean(false)),
        ("0", .integer(0)), ("-0", .integer(0)), ("-12", .integer(-12)),
        ("9223372036854775807", .integer(.max)),
        ("9223372036854775808", .number(0x1p63)), ("1.5", .number(1.5)), ("1e-06", .number(1e-6)),
        ("1E+2", .number(100)), ("-0.5e1", .number(-5)),
        (#""""#, .string("")), (#""a\"\\\/\b\f\n\r\tz""#, .string("a\"\\/\u{8}\u{C}\n\r\tz")),
        (#""\u00e9\uD83D\uDE00x""#, .string("é😀x")), (#""é😀""#, .string("é😀")),
        ("[]", .array([])), ("[1, [2]]", .array([.integer(1), .array([.integer(2)])])),
        ("{}", .object([:])), (#"{"a":{"b":null}}"#, .object(["a": .object(["b": .null])])),
    ]

    @Test(arguments: values) func value(text: String, expected: JSONValue) throws {
        #expect(try JSONParser.parse(text) == expected)
    }

    static let faults: [(String, Int)] = [
        ("", 0), (" ", 1), ("nul", 0), ("True", 0), ("NaN", 0), ("[NaN]", 1), ("-Infinity", 0),
        ("Infinity", 0),
        ("01", 2), ("-", 1), ("1.", 2), (".5", 0), ("1e", 2), ("+1", 0), ("1e999", 0), ("0x10", 1),
        ("1 2", 2),
        ("\"", 1), ("\"\n\"", 1), (#""\x""#, 1), (#""\u12""#, 1), (#""\u12g4""#, 1), (#""\ud800""#, 1),
        (#""\ud800\u0041""#, 1), (#""\udc00""#, 1), ("[1,]", 3), ("[1 2]", 3), ("[", 1), ("{\"a\" 1}", 5),
        ("{a:1}", 1), ("{\"a\":1,}", 7), (#"{"a":1,"a":2}"#, 7), ("// comment", 0), ("'a'", 0),
        ("\u{FEFF}{}", 0),
    ]

    @Test(arguments: faults) func fault(text: String, offset: Int) throws {
        let error = #expect(throws: JSONError.self) { try JSONParser.parse(text) }
        #expect(error?.offset == offset, "\(error?.description ?? "")")
    }

    @Test func depth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try JSONParser.parse(nested(JSONParser.depthLimit))
        #expect(throws: JSONError.self) { try JSONParser.parse(nested(JSONParser.depthLimit + 2)) }
        #expect(throws: JSONError.self) { try JSONParser.parse(nested(100_000)) }
    }

    @Test func accessors() throws {
        let value = try JSONParser.parse(#"{"i":3,"w":4.0,"f":0.5,"s":"t","b":true,"l":[1],"n":null}"#)
        #expect(value["i"]?.integer == 3)
        #expect(value["i"]?.number == 3)
        #expect(value["w"]?.integer == 4)
        #expect(value["f"]?.integer == nil)
        #expect(value["f"]?.number == 0.5)
        #expect(value["s"]?.string == "t")
        #expect(value["b"]?.boolean == true)
        #expect(value["l"]?.array == [.integer(1)])
        #expect(value["n"] == .null)
        #expect(value["absent"] == nil)
        #expect(value["s"]?["x"] == nil)
        #expect(value.object?.count == 7)
    }
}
