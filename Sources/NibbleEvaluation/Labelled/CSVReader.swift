/// Records of comma-separated values (RFC 4180): fields in quotation marks may hold commas, newlines and doubled quotation
/// marks; lines end with a newline, with or without a carriage return.
struct CSVReader {
    /// A record and the line on which it begins, counted from 1.
    struct Record: Hashable {
        let line: Int
        let fields: [String]
    }

    /// Reads all records.
    ///
    /// - Throws: ``EvaluationError/data(_:)`` for a quotation mark that nobody closes.
    static func records(_ bytes: [UInt8]) throws(EvaluationError) -> [Record] {
        var reader = CSVReader(bytes: bytes)
        var records: [Record] = []
        while let record = try reader.next() {
            // An empty line is no record.
            if record.fields != [""] { records.append(record) }
        }
        return records
    }

    private let bytes: [UInt8]
    private var place = 0
    private var line = 1

    private init(bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
    }

    private mutating func next() throws(EvaluationError) -> Record? {
        guard place < bytes.count else { return nil }
        let start = line
        var fields: [String] = []
        while true {
            fields.append(try field())
            guard place < bytes.count, bytes[place] == UInt8(ascii: ",") else { break }
            place += 1
        }
        if place < bytes.count, bytes[place] == UInt8(ascii: "\r") { place += 1 }
        if place < bytes.count, bytes[place] == UInt8(ascii: "\n") {
            place += 1
            line += 1
        }
        return Record(line: start, fields: fields)
    }

    private mutating func field() throws(EvaluationError) -> String {
        guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else { return plainField() }
        let start = line
        var field: [UInt8] = []
        place += 1
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            if byte == UInt8(ascii: "\n") { line += 1 }
            guard byte == UInt8(ascii: "\"") else {
                field.append(byte)
                continue
            }
            guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else {
                // What stands behind the closing mark belongs to the field all the same.
                return String(decoding: field, as: UTF8.self) + plainField()
            }
            field.append(byte)
            place += 1
        }
        throw .data("Line \(start) opens a quotation mark that is never closed.")
    }

    private mutating func plainField() -> String {
        let start = place
        while place < bytes.count {
            let byte = bytes[place]
            let isEnd = byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n")
            let isReturn =
                byte == UInt8(ascii: "\r")
                && (place + 1 == bytes.count || bytes[place + 1] == UInt8(ascii: "\n"))
            if isEnd || isReturn { break }
            place += 1
        }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }
}
