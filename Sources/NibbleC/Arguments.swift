import CNibble
import NibbleKernels

/// Checks of arguments that C cannot check itself.
enum Arguments {
    /// A pointer that must lead somewhere.
    static func pointer<Pointer>(_ pointer: Pointer?, _ name: String) throws(CallError) -> Pointer {
        guard let pointer else {
            throw CallError(argument: "The argument \(name) is NULL: it must lead to memory of the caller.")
        }
        return pointer
    }

    /// A number of things of which there must be one at least.
    static func count(_ count: UInt, _ name: String) throws(CallError) -> Int {
        guard count > 0 else {
            throw CallError(argument: "The argument \(name) is 0: it must be at least 1.")
        }
        guard let count = Int(exactly: count) else {
            throw CallError(argument: "The argument \(name) is \(count), which no memory holds.")
        }
        return count
    }

    /// Rows and columns, of which there must be one at least.
    static func shape(_ rows: UInt, _ columns: UInt) throws(CallError) -> MatrixShape {
        MatrixShape(rows: try count(rows, "rows"), columns: try count(columns, "columns"))
    }

    /// The text at a pointer, which ends with a zero byte.
    static func text(_ text: UnsafePointer<CChar>?, _ name: String) throws(CallError) -> String {
        guard let text = String(validatingCString: try pointer(text, name)) else {
            throw CallError(argument: "The text of \(name) is not UTF-8.")
        }
        return text
    }

    /// Checks a structure's own size: at least what this version knows; what is added later must be zero.
    static func size(
        _ size: Int, atLeast known: Int, of structure: UnsafeRawPointer, _ name: String, isInput: Bool = false
    ) throws(CallError) {
        guard size >= known, size <= 4096 else {
            throw CallError(
                argument: "The size of \(name) is \(size): set it to sizeof(\(name)), which is \(known).")
        }
        guard isInput,
            (known..<size).contains(where: { structure.load(fromByteOffset: $0, as: UInt8.self) != 0 })
        else { return }
        throw CallError(
            argument: "The \(name) has members that this library lacks: use the library of its header.")
    }

    /// The first of `count` rows, which must lie in the matrix.
    static func rows(_ first: UInt, _ count: UInt, of shape: MatrixShape) throws(CallError) -> Range<Int> {
        let count = try Arguments.count(count, "row_count")
        guard let first = Int(exactly: first), count <= shape.rows, first <= shape.rows - count else {
            throw CallError(
                argument: "There are no \(count) rows from row \(first) on: the matrix has \(shape.rows).")
        }
        return first..<first + count
    }

    /// Checks that a buffer has as many places as are needed.
    static func places(_ given: UInt, _ count: Int, of length: Int, _ name: String) throws(CallError) {
        let (needed, overflow) = count.multipliedReportingOverflow(by: length)
        guard !overflow, given == UInt(needed) else {
            let figure = overflow ? "\(count) times \(length)" : "\(needed)"
            throw CallError(argument: "The argument \(name) is \(given), but \(figure) are needed.")
        }
    }
}
