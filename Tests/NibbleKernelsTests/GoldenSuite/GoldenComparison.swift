import Testing

@testable import NibbleKernels

extension GoldenReader {
    /// Equal elements, whatever their type.
    func equal<Element: Equatable>(
        _ found: [Element], _ expected: [Element], _ what: String
    ) {
        let different = zip(found, expected).enumerated().filter { $0.element.0 != $0.element.1 }
        let first = different.first.map { "[\($0.offset)] is \($0.element.0), not \($0.element.1)" } ?? ""
        #expect(
            found.count == expected.count && different.isEmpty,
            "\(id): \(what)\(first); \(different.count) of \(expected.count) differ, \(found.count) found")
    }

    /// Equal bit patterns, but that any NaN equals any other; where `zeros` is false 0 equals −0, too.
    func equal(
        bits found: [Float], _ expected: [Float], _ what: String, zeros: Bool = true
    ) {
        let patterns = { (values: [Float]) in
            values.map { $0.isNaN ? UInt32.max : !zeros && $0 == 0 ? 0 : $0.bitPattern }
        }
        let pairs = zip(patterns(found), patterns(expected)).enumerated()
        let different = pairs.filter { $0.element.0 != $0.element.1 }.map(\.offset)
        let first = different.first.map { "[\($0)] is \(found[$0]), not \(expected[$0])" } ?? ""
        #expect(
            found.count == expected.count && different.isEmpty,
            "\(id): \(what)\(first); \(different.count) of \(expected.count) differ, \(found.count) found")
    }

    /// Codes that are equal, or off by one where `isTie` says that the number lay between the two.
    func equal(
        codes found: [Int32], _ expected: [Int32], _ what: String, isTie: (Int) -> Bool
    ) {
        let wrong = zip(found, expected).enumerated().filter { index, pair in
            pair.0 != pair.1 && !isTie(index)
        }
        let first = wrong.first.map { "[\($0.offset)] is \($0.element.0), not \($0.element.1)" } ?? ""
        #expect(
            found.count == expected.count && wrong.isEmpty,
            "\(id): \(what)\(first); \(wrong.count) of \(expected.count) differ, \(found.count) found")
    }

    /// Numbers within `limit` of each other, given by place.
    func near(
        _ found: [Float], _ expected: [Float], _ what: String, limit: (Int) -> Float
    ) {
        let wrong = zip(found, expected).enumerated().filter { index, pair in
            !((pair.0 - pair.1).magnitude <= limit(index)) && !(pair.0.isNaN && pair.1.isNaN)
        }
        let first = wrong.first.map { "[\($0.offset)] is \($0.element.0), not \($0.element.1)" } ?? ""
        #expect(
            found.count == expected.count && wrong.isEmpty,
            "\(id): \(what)\(first); \(wrong.count) of \(expected.count) differ, \(found.count) found")
    }

    /// An input matrix of f32.
    func matrix(_ name: String) throws -> FloatMatrix {
        let (rows, columns) = try shape(name)
        return try FloatMatrix(
            shape: MatrixShape(rows: rows, columns: columns), values: floats(name))
    }

    /// An input's numbers in rows of `columns`, the last one filled with zeros.
    func rows(_ name: String, of columns: Int) throws -> FloatMatrix {
        var values = try floats(name)
        let rows = (values.count + columns - 1) / columns
        values += [Float](repeating: 0, count: rows * columns - values.count)
        return try FloatMatrix(shape: MatrixShape(rows: rows, columns: columns), values: values)
    }
}

extension PackedMatrix {
    /// The codes of all rows.
    var allCodes: [Int32] { (0..<shape.rows).flatMap { codes(row: $0) } }
    /// The decoded values of all rows.
    var allValues: [Float] { (0..<shape.rows).flatMap { decode(row: $0) } }
}
