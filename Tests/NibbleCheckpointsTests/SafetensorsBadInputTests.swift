import Foundation
import NibbleCheckpoints
import Testing

/// Damaged safetensors files: each gives a sentence, and none is handed out.
struct SafetensorsBadInputTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let header: String
        var dataCount = 8
        let sentence: String
        var testDescription: String { sentence }
    }

    /// One tensor of 8 bytes, to put into headers.
    static let good = #""a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"#

    static let ranges: [Case] = [
        Case(
            header: "{\(good)}", dataCount: 7,
            sentence:
                "is cut short: 1 byte is missing at its end (tensor “a” ends at byte 70, the file at byte 69)"
        ),
        Case(header: "{\(good)}", dataCount: 9, sentence: "bytes 70 to 71 at the end belong to no tensor"),
        Case(
            header:
                #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[5],"data_offsets":[3,8]}}"#,
            sentence: "tensors “a” and “b” overlap at byte"),
        Case(
            header:
                #"{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}"#,
            sentence: "before tensor “b” belong to no tensor"),
        Case(
            header: #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#,
            sentence: "begins at 8 and ends at 0"),
        Case(
            header: #"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#,
            sentence: "tensor “a” needs 12 bytes for its shape and type, but 8 are listed"),
        Case(
            header: #"{"a":{"dtype":"F64","shape":[4294967296,4294967296],"data_offsets":[0,8]}}"#,
            sentence: "has the impossible shape [4294967296, 4294967296]"),
        Case(
            header:
                #"{"a":{"dtype":"U8","shape":[9223372036854775807],"data_offsets":[0,9223372036854775807]}}"#,
            sentence: "has the impossible shape"),
        Case(
            header:
                #"{"a":{"dtype":"U8","shape":[1152921504606846975],"data_offsets":[0,1152921504606846975]}}"#,
            sentence: "(tensor “a” ends at byte 11529215046068"),
        Case(
            header: #"{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,1]}}"#, dataCount: 1,
            sentence: "has the impossible shape [3]"),
        Case(
            header:
                #"{"a":{"dtype":"U8","shape":[0],"data_offsets":[4,4]},"b":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}}"#,
            sentence: "overlap"),
    ]

    static let fields: [Case] = [
        Case(header: "{\(good),\(good)}", sentence: "lists the tensor “a” twice"),
        Case(
            header:
                #"{"é":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"e\#u{301}":{"dtype":"U8","shape":[0],"data_offsets":[8,8]}}"#,
            sentence: "lists the tensor “e\u{301}” twice"),
        Case(
            header: #"{"a":{"dtype":"F32","shape":[2]}}"#,
            sentence: "“a” without dtype, shape or data_offsets"),
        Case(
            header: #"{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
            sentence: "“dtype” for the second time at byte 28"),
        Case(
            header: #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4,8]}}"#,
            sentence: "3 data_offsets where two"),
        Case(
            header: #"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#,
            sentence: "“-” where a length in a shape should stand"),
        Case(
            header: #"{"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}"#,
            sentence: "a fraction where a length in a shape"),
        Case(
            header: #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,9223372036854775808]}}"#,
            sentence: "a number beyond 2^63 where an offset"),
        Case(
            header: #"{"a":{"dtype":"F32","shape":[02],"data_offsets":[0,8]}}"#,
            sentence: "a number with a leading zero"),
        Case(header: #"{"__metadata__":{"a":1},\#(good)}"#, sentence: "“1” where a text in __metadata__"),
        Case(
            header: #"{"__metadata__":{},"__metadata__":{},\#(good)}"#,
            sentence: "__metadata__ for the second time"),
        Case(
            header: #"{"__metadata__":{"k":"","k":""},\#(good)}"#,
            sentence: "a key of __metadata__ for the second"),
        Case(header: "[\(good)]", sentence: "it does not begin with “{” at byte 8"),
        Case(header: "{\(good)", sentence: "the text ends where a comma or “}” should stand"),
        Case(header: "{\(good),}", sentence: "“}” where a key in quotes should stand"),
        Case(header: "{\(good)} x", sentence: "more text after the end of the value"),
        Case(header: "{\"a\\ud800\":{}}", sentence: "half a surrogate pair"),
        Case(
            header: "{\"a\":{\"x\":" + String(repeating: "[", count: 5000) + "}}",
            sentence: "more than 64 nested lists"),
        Case(
            header: #"{"\u001b]0;title\u0007":{"dtype":"F32","shape":[],"data_offsets":[0,8]}}"#,
            sentence: #"tensor “\u{1B}]0;title\u{7}” needs 4 bytes"#),
    ]

    @Test(arguments: ranges + fields) func damagedHeader(damage: Case) throws {
        let bytes = Fixture.safetensors(damage.header, dataCount: damage.dataCount)
        let sentence = try #require(try Fixture.sentence(["model.safetensors": bytes]))
        #expect(sentence.hasPrefix("model.safetensors"))
        #expect(sentence.contains(damage.sentence), "\(sentence)")
        #expect(sentence.hasSuffix("."))
        #expect(sentence.printable == sentence)
    }

    @Test func wrongLengths() throws {
        func sentence(_ bytes: [UInt8]) throws -> String {
            try Fixture.sentence(["model.safetensors": bytes]) ?? ""
        }
        let whole = Fixture.safetensors("{\(Self.good)}", dataCount: 8)
        #expect(try sentence([]).contains("model.safetensors is empty. Its download has not begun"))
        #expect(try sentence(Array(whole.prefix(9))).contains("is cut short: it has 9 bytes"))
        #expect(
            try sentence(Array(whole.prefix(30))).contains(
                "says that its header has 54 bytes, but only 22 follow"))
        let huge = [UInt8](repeating: 0xFF, count: 8) + Array("{}".utf8)
        #expect(try sentence(huge).contains("header has 18446744073709551615 bytes, but only 2 follow"))
        #expect(try sentence([1, 0, 0, 0, 0, 0, 0, 0, 0x80, 0]).contains("does not begin with “{”"))
        let invalid = [3, 0, 0, 0, 0, 0, 0, 0] + Array("{\"".utf8) + [0xFF]
        #expect(try sentence(invalid).contains("a string that never ends at byte 11"))
        let notText = [5, 0, 0, 0, 0, 0, 0, 0] + Array("{\"".utf8) + [0xFF] + Array("\":".utf8)
        #expect(try sentence(notText).contains("a string that isn’t valid UTF-8 at byte 10"))
    }

    /// The limit itself is checked on a sparse file: 100 MB of header that nobody has to write.
    @Test func headerBeyondTheLimit() throws {
        try Fixture.withFolder { folder in
            let url = folder.appendingPathComponent("model.safetensors")
            let length = withUnsafeBytes(of: UInt64(100_000_001).littleEndian, Array.init)
            try Data(length + [UInt8(ascii: "{")]).write(to: url)
            #expect(truncate(url.path, 200_000_000) == 0)
            let error = #expect(throws: CheckpointError.self) { try Checkpoint.open(folder) }
            #expect(error?.description.contains("has 100000001 bytes; safetensors allows 100000000") == true)
        }
    }

    @Test func unknownFieldsAndBlanksAreAccepted() throws {
        let header =
            #"{"a" : {"future":{"x":[1,null]},"data_offsets":[0,8],"dtype":"F32","shape":[2]}}"# + "   "
        #expect(try Fixture.sentence(["model.safetensors": Fixture.safetensors(header, dataCount: 8)]) == nil)
    }

    @Test func integersAreListedButNotConverted() throws {
        let header = #"{"ids":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}"#
        try Fixture.withFolder(["model.safetensors": Fixture.safetensors(header, dataCount: 8)]) { folder in
            let tensor = try Checkpoint.open(folder).tensor(named: "ids")
            #expect(!tensor.description.elementType.isFloatingPoint)
            let error = #expect(throws: CheckpointError.self) { try tensor.floats() }
            #expect(error == .tensor(name: "ids", .notFloatingPoint(.i64)))
            #expect(
                error?.description
                    == "Tensor “ids” holds I64 elements; nibble computes with F64, F32, F16 and BF16.")
        }
    }
}
