/// How one element of a stored tensor is written.
///
/// The list is that of the safetensors format (huggingface/safetensors, `Dtype`), and the block types of GGUF; others
/// are refused by name.
public enum ElementType: Sendable, Hashable {
    /// IEEE 754 binary64.
    case f64
    /// IEEE 754 binary32.
    case f32
    /// IEEE 754 binary16.
    case f16
    /// bfloat16: the upper half of a binary32.
    case bf16
    /// OCP 8-bit float with 4 exponent bits.
    case f8e4m3
    /// OCP 8-bit float with 5 exponent bits.
    case f8e5m2
    /// 8-bit float with 4 exponent bits, no infinity and no negative zero.
    case f8e4m3fnuz
    /// 8-bit float with 5 exponent bits, no infinity and no negative zero.
    case f8e5m2fnuz
    /// OCP power-of-two scale of 8 bits.
    case f8e8m0
    /// OCP 6-bit float with 2 exponent bits, packed.
    case f6e2m3
    /// OCP 6-bit float with 3 exponent bits, packed.
    case f6e3m2
    /// OCP 4-bit float, packed.
    case f4
    /// Two binary32: a complex number.
    case c64
    /// Signed, 64 bits.
    case i64
    /// Signed, 32 bits.
    case i32
    /// Signed, 16 bits.
    case i16
    /// Signed, 8 bits.
    case i8
    /// Unsigned, 64 bits.
    case u64
    /// Unsigned, 32 bits.
    case u32
    /// Unsigned, 16 bits.
    case u16
    /// Unsigned, 8 bits.
    case u8
    /// One byte, 0 or 1.
    case bool
    /// Blocks of elements with their scales, as GGUF files have them.
    case block(BlockType)
    /// A type that nibble doesn't know or that was given up: such a tensor alone can't be read.
    case unreadable(UnreadableType)

    /// The types that a safetensors file can hold.
    public static let safetensorsTypes: [ElementType] = [
        .f64, .f32, .f16, .bf16, .f8e4m3, .f8e5m2, .f8e4m3fnuz, .f8e5m2fnuz, .f8e8m0, .f6e2m3, .f6e3m2, .f4,
        .c64,
        .i64, .i32, .i16, .i8, .u64, .u32, .u16, .u8, .bool,
    ]

    /// The type that a safetensors header calls `name`; nil for an unknown one.
    public init?(safetensorsName name: String) {
        guard let type = Self.byName[name] else { return nil }
        self = type
    }

    /// The name in a safetensors header, for example `BF16`; of a block type ggml's name, for example `Q4_K`.
    public var safetensorsName: String { facts.name }

    /// Bits of one element; of a block type its share of the block, rounded up.
    public var bitCount: Int { facts.bits }

    /// Bytes that one element takes on its own (1 for the packed types below 8 bits).
    public var byteCount: Int { (bitCount + 7) / 8 }

    /// Whether nibble knows how elements of this type lie in a file.
    public var isReadable: Bool { if case .unreadable = self { false } else { true } }

    /// True for real numbers of any width; blocks stand for such.
    public var isFloatingPoint: Bool { facts.isFloatingPoint }

    /// True for the types that `Tensor.floats` converts, and that a model can be run from: F64, F32, F16, BF16.
    public var isUsable: Bool { [.f64, .f32, .f16, .bf16].contains(self) }

    private struct Facts {
        let name: String
        let bits: Int
        var isFloatingPoint = true
    }

    private var facts: Facts {
        switch self {
        case .f64: Facts(name: "F64", bits: 64)
        case .f32: Facts(name: "F32", bits: 32)
        case .f16: Facts(name: "F16", bits: 16)
        case .bf16: Facts(name: "BF16", bits: 16)
        case .f8e4m3: Facts(name: "F8_E4M3", bits: 8)
        case .f8e5m2: Facts(name: "F8_E5M2", bits: 8)
        case .f8e4m3fnuz: Facts(name: "F8_E4M3FNUZ", bits: 8)
        case .f8e5m2fnuz: Facts(name: "F8_E5M2FNUZ", bits: 8)
        case .f8e8m0: Facts(name: "F8_E8M0", bits: 8)
        case .f6e2m3: Facts(name: "F6_E2M3", bits: 6)
        case .f6e3m2: Facts(name: "F6_E3M2", bits: 6)
        case .f4: Facts(name: "F4", bits: 4)
        case .c64: Facts(name: "C64", bits: 64, isFloatingPoint: false)
        case .i64: Facts(name: "I64", bits: 64, isFloatingPoint: false)
        case .i32: Facts(name: "I32", bits: 32, isFloatingPoint: false)
        case .i16: Facts(name: "I16", bits: 16, isFloatingPoint: false)
        case .i8: Facts(name: "I8", bits: 8, isFloatingPoint: false)
        case .u64: Facts(name: "U64", bits: 64, isFloatingPoint: false)
        case .u32: Facts(name: "U32", bits: 32, isFloatingPoint: false)
        case .u16: Facts(name: "U16", bits: 16, isFloatingPoint: false)
        case .u8: Facts(name: "U8", bits: 8, isFloatingPoint: false)
        case .bool: Facts(name: "BOOL", bits: 8, isFloatingPoint: false)
        case .block(let block):
            Facts(name: block.name, bits: (8 * block.byteCount - 1) / block.elementCount + 1)
        // Whatever it is, it stands for weights.
        case .unreadable(let type): Facts(name: type.name, bits: 0)
        }
    }

    private static let byName = Dictionary(
        uniqueKeysWithValues: safetensorsTypes.map { ($0.safetensorsName, $0) })
}
