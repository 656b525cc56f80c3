import NibbleText

/// What a checkpoint says about one tensor; the numbers themselves stay in the file.
public struct TensorDescription: Sendable, Equatable {
    /// The name in the file, unchanged; show `name.printable`.
    public let name: String
    /// How the elements are stored.
    public let elementType: ElementType
    /// Lengths of the dimensions, outermost first (rows before columns); empty for a scalar.
    public let shape: [Int]
    /// The tensor's bytes, counted from the start of its file.
    public let byteRange: Range<Int>
    /// Which of the checkpoint's files holds it.
    public let fileIndex: Int

    /// How many elements there are: the product of `shape`, 1 for a scalar.
    public let elementCount: Int

    /// How many bytes it takes in the file.
    public var byteCount: Int { byteRange.count }

    /// Describes a tensor; nil if shape and type give more bytes than an `Int` can count, a dimension is negative,
    /// or `byteRange` isn't exactly that long.
    ///
    /// Of a type that can't be read, any length is taken.
    public init?(
        name: String, elementType: ElementType, shape: [Int], byteRange: Range<Int>, fileIndex: Int = 0
    ) {
        guard let elements = Self.elementCount(of: shape),
            !elementType.isReadable
                || Self.byteCount(of: elementType, elementCount: elements) == byteRange.count
        else { return nil }
        self.name = name
        self.elementType = elementType
        self.shape = shape
        self.byteRange = byteRange
        self.fileIndex = fileIndex
        self.elementCount = elements
    }

    /// The product of `shape`; nil if it overflows or a dimension is negative.
    static func elementCount(of shape: [Int]) -> Int? {
        var product = 1
        var containsZero = false
        for length in shape {
            guard length >= 0 else { return nil }
            if length == 0 {
                containsZero = true
                continue
            }
            let (next, overflow) = product.multipliedReportingOverflow(by: length)
            guard !overflow else { return nil }
            product = next
        }
        return containsZero ? 0 : product
    }

    /// The bytes that `elementCount` elements take; nil if they overflow or packed ones don't fill whole
    /// bytes or blocks.
    public static func byteCount(of type: ElementType, elementCount: Int) -> Int? {
        if case .block(let block) = type {
            let (bytes, overflow) = (elementCount / block.elementCount)
                .multipliedReportingOverflow(by: block.byteCount)
            return overflow || elementCount % block.elementCount != 0 ? nil : bytes
        }
        guard type.isReadable else { return nil }
        let (bits, overflow) = elementCount.multipliedReportingOverflow(by: type.bitCount)
        return overflow || bits % 8 != 0 ? nil : bits / 8
    }
}
