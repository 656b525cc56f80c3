/// A ggml type that stores elements in blocks: so many of them, with their scales, in so many bytes.
///
/// Numbers, names and sizes are those of ggml (`enum ggml_type` and the block structures of `ggml-common.h`).
public struct BlockType: Sendable, Hashable {
    /// The number in a GGUF file.
    public let identifier: UInt32
    /// ggml's name, for example `Q4_K`.
    public let name: String
    /// Elements of one block; a row is a whole number of blocks.
    public let elementCount: Int
    /// Bytes of one block.
    public let byteCount: Int

    /// Bits per element, scales and all.
    public var bitsPerElement: Double { 8 * Double(byteCount) / Double(elementCount) }

    private init(_ identifier: UInt32, _ name: String, _ elementCount: Int, _ byteCount: Int) {
        self.identifier = identifier
        self.name = name
        self.elementCount = elementCount
        self.byteCount = byteCount
    }

    /// Every type that a file can hold.
    public static let all: [BlockType] = [
        .init(2, "Q4_0", 32, 18), .init(3, "Q4_1", 32, 20), .init(6, "Q5_0", 32, 22),
        .init(7, "Q5_1", 32, 24), .init(8, "Q8_0", 32, 34), .init(9, "Q8_1", 32, 36),
        .init(10, "Q2_K", 256, 84), .init(11, "Q3_K", 256, 110), .init(12, "Q4_K", 256, 144),
        .init(13, "Q5_K", 256, 176), .init(14, "Q6_K", 256, 210), .init(15, "Q8_K", 256, 292),
        .init(16, "IQ2_XXS", 256, 66), .init(17, "IQ2_XS", 256, 74), .init(18, "IQ3_XXS", 256, 98),
        .init(19, "IQ1_S", 256, 50), .init(20, "IQ4_NL", 32, 18), .init(21, "IQ3_S", 256, 110),
        .init(22, "IQ2_S", 256, 82), .init(23, "IQ4_XS", 256, 136), .init(29, "IQ1_M", 256, 56),
        .init(34, "TQ1_0", 256, 54), .init(35, "TQ2_0", 256, 66), .init(39, "MXFP4", 32, 17),
        .init(40, "NVFP4", 64, 36), .init(41, "Q1_0", 128, 18), .init(42, "Q2_0", 64, 18),
    ]
}

/// A type of elements that can't be read.
public struct UnreadableType: Sendable, Hashable {
    /// Its name in the file, or its number.
    public let name: String
    /// Whether it is one that ggml has given up.
    public var isRemoved = false
}

extension ElementType {
    /// The types of GGUF's list that aren't blocks, by their numbers.
    private static let plainOfGGUF: [UInt32: ElementType] = [
        0: .f32, 1: .f16, 24: .i8, 25: .i16, 26: .i32, 27: .i64, 28: .f64, 30: .bf16,
    ]

    /// Types that ggml had and has given up (`enum ggml_type` of `ggml.h`).
    private static let removedFromGGUF: [UInt32: String] = [
        4: "Q4_2", 5: "Q4_3", 31: "Q4_0_4_4", 32: "Q4_0_4_8", 33: "Q4_0_8_8", 36: "IQ4_NL_4_4",
        37: "IQ4_NL_4_8", 38: "IQ4_NL_8_8",
    ]

    /// The number in GGUF's list; nil for a type that GGUF doesn't have.
    var ggufIdentifier: UInt32? {
        if case .block(let block) = self { return block.identifier }
        return Self.plainOfGGUF.first { $0.value == self }?.key
    }

    /// The type with a number of GGUF's list.
    init(ggufIdentifier identifier: UInt32) {
        if let type = Self.plainOfGGUF[identifier] {
            self = type
        } else if let block = BlockType.all.first(where: { $0.identifier == identifier }) {
            self = .block(block)
        } else if let name = Self.removedFromGGUF[identifier] {
            self = .unreadable(UnreadableType(name: name, isRemoved: true))
        } else {
            self = .unreadable(UnreadableType(name: "type \(identifier)"))
        }
    }

    /// Elements that are stored together: 1 for all but blocks.
    public var blockElementCount: Int { if case .block(let block) = self { block.elementCount } else { 1 } }
}
