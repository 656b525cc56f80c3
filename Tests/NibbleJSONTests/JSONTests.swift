import NibbleJSON
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

    /// A dictionary of Swift's would hold one of these two.
    @Test func keysAreToldApartByTheirBytes() throws {
        let composed = "\u{E9}"
        let decomposed = "e\u{301}"
        let value = try JSONParser.parse("{\"\(composed)\": 1, \"\(decomposed)\": 2}")
        #expect(value[composed]?.integer == 1)
        #expect(value[decomposed]?.integer == 2)
        #expect(value.object?.members.map { Array($0.key.utf8) } == [[0xC3, 0xA9], [0x65, 0xCC, 0x81]])
        #expect(JSONValue.string(composed) != .string(decomposed))
        #expect(try JSONParser.parse(#""e\u0301""#).bytes == [0x65, 0xCC, 0x81])
    }

    /// Beyond a few members keys are found by their hash.
    @Test(arguments: [1, 8, 9, 16, 17, 1000, 40_000]) func manyMembersAreFound(count: Int) throws {
        let members = (0..<count).map { "\"key \($0)\":\($0)" }.joined(separator: ",")
        let object = try #require(try JSONParser.parse("{\(members)}").object)
        #expect(object.count == count && object.map(\.value.integer) == (0..<count).map { $0 })
        #expect((0..<count).allSatisfy { object["key \($0)"]?.integer == $0 })
        #expect(object["key \(count)"] == nil && object["key"] == nil)
        for double in [0, count / 2, count - 1] {
            let error = #expect(throws: JSONError.self) {
                try JSONParser.parse("{\(members),\"key \(double)\":0}")
            }
            #expect(error?.offset == members.utf8.count + 2)
        }
        #expect(object == JSONObject(Dictionary(uniqueKeysWithValues: object.map { ($0.key, $0.value) })))
    }

    @Test func optionsLetPassWhatTheyName() throws {
        let marked = [0xEF, 0xBB, 0xBF] + Array("{}".utf8)
        let python = "[NaN,Infinity,-Infinity]"
        let doubled = #"{"a":1,"b":2,"a":3}"#
        var options = JSONOptions.strict
        options.acceptsByteOrderMark = true
        #expect(try JSONParser.parse(marked, options: options) == .object([:]))
        for text in [python, doubled] {
            #expect(throws: JSONError.self) { try JSONParser.parse(text, options: options) }
        }
        options = .strict
        options.acceptsPythonNumbers = true
        let numbers = try JSONParser.parse(python, options: options).array?.compactMap(\.number) ?? []
        #expect(numbers.count == 3 && numbers[0].isNaN && numbers[1...] == [.infinity, -.infinity])
        #expect(throws: JSONError.self) { try JSONParser.parse(marked, options: options) }
        options = .strict
        options.acceptsDoubledKeys = true
        #expect(
            try JSONParser.parse(doubled, options: options) == .object(["b": .integer(2), "a": .integer(3)]))
        #expect(throws: JSONError.self) { try JSONParser.parse(python, options: options) }
    }

    /// Files of configuration are written and read by Python.
    @Test func pythonsJSONIsRead() throws {
        let text = "\u{FEFF}{\"a\":[NaN,-Infinity],\"b\":1,\"b\":2,\"c\":1e999}"
        let value = try JSONParser.parse(text, options: .python)
        #expect(value["b"]?.integer == 2 && value["c"]?.number == .infinity)
        #expect(value["a"]?.array?.first?.number?.isNaN == true)
        for comment in ["// by hand\n{}", "# by hand\n{}", "{/* a */}"] {
            let error = #expect(throws: JSONError.self) { try JSONParser.parse(comment, options: .python) }
            #expect(error?.problem.contains("comment") == true, "\(error?.description ?? "")")
        }
    }

    /// Seeded damage to a text of every kind of value: an answer or an error inside the text, never a trap.
    @Test func damagedTextsNeverTrap() {
        let text = #"{"a":[1,-2.5e3,true,null,"x\u00e9\ud83d\ude00\n"],"é":{"b":[[],{}]},"c":0.1}"#
        var random = SeededGenerator(seed: 5)
        var accepted = 0
        for _ in 0..<50_000 {
            var bytes = Array(text.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = .random(in: 0...255, using: &random)
                case 1:
                    bytes[place] = Array(#"{}[],:"\019.eE-+tfnu "#.utf8).randomElement(using: &random) ?? 0
                case 2: bytes.insert(bytes[place], at: place)
                default: bytes.remove(at: place)
                }
            }
            do throws(JSONError) {
                _ = try JSONParser.parse(bytes)
                accepted += 1
            } catch {
                if !(0...bytes.count).contains(error.offset) { Issue.record("\(error) of \(bytes.count)") }
            }
        }
        #expect(accepted > 1000)
    }
}
