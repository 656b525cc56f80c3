/// One tensor of an open checkpoint: its description and its bytes, where the file is mapped.
public struct Tensor: Sendable {
    /// Name, type, shape and place.
    public let description: TensorDescription
    /// The mapped file that holds the bytes.
    public let file: MappedFile

    /// Joins a description to its file; nil if the file is shorter than the description's range.
    public init?(description: TensorDescription, file: MappedFile) {
        guard description.byteRange.upperBound <= file.count else { return nil }
        self.description = description
        self.file = file
    }

    /// The bytes as stored, little-endian, at no particular alignment.
    ///
    /// Valid as long as this tensor (or its `file`) is held by somebody; `withUnsafeBytes` holds it for you.
    public var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: file.bytes[description.byteRange])
    }

    /// Calls `body` with the bytes and keeps the file mapped meanwhile.
    public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result
    {
        try withExtendedLifetime(file) { try body(bytes) }
    }

    /// All elements as 32-bit floats.
    /// - Throws: `CheckpointError.tensor` for types other than F64, F32, F16 and BF16.
    public func floats() throws(CheckpointError) -> [Float] {
        try floats(0..<description.elementCount)
    }

    /// The elements `range`, counted over the whole tensor in row-major order, as 32-bit floats.
    ///
    /// F16 and BF16 convert exactly; F64 rounds to nearest, ties to even.
    /// - Throws: `CheckpointError.tensor` for other types, and for a range that leaves the tensor.
    public func floats(_ range: Range<Int>) throws(CheckpointError) -> [Float] {
        let type = description.elementType
        guard type.isUsable else { throw .tensor(name: description.name, .notFloatingPoint(type)) }
        guard range.lowerBound >= 0, range.upperBound <= description.elementCount else {
            throw .tensor(
                name: description.name, .rangeOutside(range, elementCount: description.elementCount))
        }
        return withUnsafeBytes { bytes in
            let start = range.lowerBound * type.byteCount
            let part = UnsafeRawBufferPointer(rebasing: bytes[start..<(start + range.count * type.byteCount)])
            return [Float](unsafeUninitializedCapacity: range.count) { floats, initializedCount in
                FloatConversion.convert(part, of: type, into: floats)
                initializedCount = range.count
            }
        }
    }
}
