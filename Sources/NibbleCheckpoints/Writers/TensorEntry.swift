/// One tensor that a writer is to write; it is checked when writing begins.
///
/// ```swift
/// let entry = TensorEntry(name: "weight", elementType: .f16, shape: [2048, 5632])
/// entry.byteCount                                         // 23_068_672
/// ```
public struct TensorEntry: Sendable, Equatable {
    /// The tensor's name in the file.
    public let name: String
    /// How its elements are stored.
    public let elementType: ElementType
    /// Lengths of its dimensions, outermost first.
    public let shape: [Int]

    /// Takes the next bytes of the tensor that is being written.
    public typealias Append = (UnsafeRawBufferPointer) throws -> Void

    /// Describes a tensor to write.
    public init(name: String, elementType: ElementType, shape: [Int]) {
        self.name = name
        self.elementType = elementType
        self.shape = shape
    }

    /// Bytes of the tensor; nil if shape and type give none that can be counted.
    public var byteCount: Int? {
        TensorDescription.elementCount(of: shape).flatMap {
            TensorDescription.byteCount(of: elementType, elementCount: $0)
        }
    }
}
