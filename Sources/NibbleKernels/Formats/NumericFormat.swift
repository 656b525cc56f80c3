/// One way to store weights as codes: its layout, its grid, its encoder and its decoder.
///
/// A packed matrix is a tensor-wide ``TensorParameters`` and, for each row, `layout.bytesPerRow` bytes that hold
/// the row's codes, scales and zero points. Every reader of weights — histogram, error figure, kernel — goes
/// through the same bytes with the functions below. A new format is one file and one entry in ``FormatCatalogue``.
public protocol NumericFormat: Sendable {
    /// The name in plans and on the command line, lower case, such as `int4` or `q8_0`.
    var name: String { get }
    /// One line for a person who chooses.
    var summary: String { get }
    /// The kin among which the picker groups it.
    var family: FormatFamily { get }
    /// Bits of one code, without scales.
    var codeBits: Int { get }
    /// The granularities that can be chosen; the first is the default.
    var granularities: [Granularity] { get }
    /// The range rules that can be chosen, with example parameters; the first is the default.
    var rangeRules: [RangeRule] { get }
    /// Names of the activation schemes that can be chosen; the first is the default.
    var activations: [String] { get }
    /// Whether the format defines a variant that weighs errors by the importance of their columns.
    var usesImportance: Bool { get }
    /// Whether matrices can be encoded; else rows are only read, and pickers leave the format out.
    var canEncode: Bool { get }
    /// What becomes of NaN and infinities.
    var nonFinite: NonFinitePolicy { get }
    /// Where the format is from, and what writes and runs it.
    var card: FormatCard { get }

    /// The fields of one of the blocks that rows are made of, or of a row; `layout` is that of `encoding`.
    func record(of layout: PackedLayout, encoding: StorageEncoding) -> FormatRecord

    /// Bytes per row and where the bits go.
    ///
    /// - Throws: ``KernelError/unsupported(_:)`` if the encoding asks for something that the format lacks.
    func layout(of shape: MatrixShape, encoding: StorageEncoding) throws(KernelError) -> PackedLayout

    /// What the whole tensor shares, found in a first pass where the format needs one.
    func parameters(
        of source: FloatMatrix, encoding: StorageEncoding, cancellation: Cancellation
    ) throws(KernelError) -> TensorParameters

    /// Encodes one row of `context.layout.shape.columns` values into `bytes` (`bytesPerRow` of them, zeroed).
    ///
    /// NaN and infinities become what ``nonFinite`` says.
    func encode(
        row values: UnsafeBufferPointer<Float>, context: RowContext, into bytes: UnsafeMutableRawBufferPointer
    )

    /// Decodes one row into `values`: the exact numbers that the kernel multiplies, in f32.
    func decode(
        row bytes: UnsafeRawBufferPointer, context: RowContext, into values: UnsafeMutableBufferPointer<Float>
    )

    /// The codes of one row as they are shown: whole steps from zero, value = scale × (code − zeroPoint); for levels
    /// their places, for a float format its bits. ``PartedFormat`` gives them as they are stored.
    func codes(
        row bytes: UnsafeRawBufferPointer, context: RowContext, into codes: UnsafeMutableBufferPointer<Int32>)

    /// The grid of the group that holds `column`, or nil for a format without a scaled grid.
    func grid(row bytes: UnsafeRawBufferPointer, context: RowContext, column: Int) -> CodeGrid?

    /// Replaces the code of one column; used to show that figures follow the bytes.
    func replaceCode(
        row bytes: UnsafeMutableRawBufferPointer, context: RowContext, column: Int, code: Int32)

    /// The largest error |value − decoded| of a finite weight by the format's first range rule.
    ///
    /// It holds where scales are no subnormal numbers; tests hold every format to it.
    /// - Parameters:
    ///   - largest: The largest magnitude among the weights whose scales are stored together with this one's.
    ///   - grid: The grid that the weight was encoded with, where the format has grids.
    func worstError(of value: Float, largest: Float, grid: CodeGrid?) -> Float

    /// Whether values that have been encoded and decoded stay exactly the same the next time.
    ///
    /// Elsewhere an f32 scale may round, a zero point may move an end, a scale may be searched anew, and a power of
    /// two is the first magnitude that a binary point clips.
    func keepsItsValues(_ granularity: Granularity) -> Bool
}

extension NumericFormat {
    /// False: only the searched formats of GGUF define a weighted variant.
    public var usesImportance: Bool { false }
    /// True: only code books, which take minutes of search, are left to other tools.
    public var canEncode: Bool { true }
    /// Ends: codes that are steps or levels have neither NaN nor infinities.
    public var nonFinite: NonFinitePolicy { .ends }
}

/// What a format makes of NaN and infinities.
public enum NonFinitePolicy: Sendable {
    /// They stay what they are.
    case kept
    /// NaN is zero, or NaN where there is a code for it; infinities are the ends of the grid, which only finite weights decide.
    case ends
    /// Before a block is encoded NaN becomes zero, and infinities the block's largest and smallest finite weight.
    case blockEnds
    /// A block with either is NaN throughout.
    case spreads
    /// NaN stays NaN; infinities, and what a rule lets exceed the largest number, become infinite or NaN.
    case overflows
}

/// What the functions of a format need to know besides a row's bytes.
public struct RowContext: Sendable {
    /// The layout of every row.
    public let layout: PackedLayout
    /// What the whole tensor shares.
    public let parameters: TensorParameters
    /// The row's place in the matrix, from 0.
    ///
    /// Where scales are quantized themselves, 256 of them in a row share a
    /// scale, wherever a row of the matrix ends, so that a group's place among all groups must be known.
    public private(set) var row = 0
    /// How the rows are stored.
    public let encoding: StorageEncoding
    /// While a matrix is encoded: how much an error in each column matters, at least 0; nil for all alike.
    public let importance: [Float]?

    init(
        layout: PackedLayout, parameters: TensorParameters, encoding: StorageEncoding,
        importance: [Float]? = nil
    ) {
        self.layout = layout
        self.parameters = parameters
        self.encoding = encoding
        self.importance = importance
    }

    /// This context for another row.
    public func at(row: Int) -> RowContext {
        var context = self
        context.row = row
        return context
    }
}

/// What a whole packed tensor shares.
public struct TensorParameters: Hashable, Sendable {
    /// The scale of a per-tensor grid; 2^(−n) for fixed point; 1 where rows carry their own.
    public var scale: Float = 1
    /// The zero point of a per-tensor grid.
    public var zeroPoint: Int32 = 0
    /// The number of fraction bits n of a fixed-point grid.
    public var fractionBits = 0
    /// What is added to every decoded scale, where scales are quantized themselves.
    public var scaleOffset: Float = 0
    /// The scales of runs of scales, where scales are quantized themselves.
    public var scaleScales: [Float] = []

    /// A scale of 1, no zero point.
    public init() {}
}

/// A grid of equal steps: the values scale × (code − zeroPoint) for lowestCode ≤ code ≤ highestCode.
public struct CodeGrid: Hashable, Sendable {
    /// Distance between neighbours.
    public let scale: Float
    /// The code of zero.
    public let zeroPoint: Int32
    /// The smallest code.
    public let lowestCode: Int32
    /// The largest code.
    public let highestCode: Int32

    /// Makes a grid.
    public init(scale: Float, zeroPoint: Int32, lowestCode: Int32, highestCode: Int32) {
        self.scale = scale
        self.zeroPoint = zeroPoint
        self.lowestCode = lowestCode
        self.highestCode = highestCode
    }

    /// The value of a code.
    public func value(of code: Int32) -> Float { scale * Float(code - zeroPoint) }
    /// Smallest value, for a positive scale.
    public var lowest: Float { value(of: lowestCode) }
    /// Largest value, for a positive scale.
    public var highest: Float { value(of: highestCode) }

    /// How far a value lies beyond the grid's ends, whichever sign the scale has; 0 for one between them.
    func excess(of value: Float) -> Float {
        let ends = scale < 0 ? (lower: highest, upper: lowest) : (lower: lowest, upper: highest)
        return max(value - ends.upper, ends.lower - value, 0)
    }
}

/// Formats that belong together in a list.
public struct FormatFamily: Hashable, Sendable {
    /// The name that a list shows as a heading.
    public let name: String

    /// IEEE and bfloat floating point.
    public static let floatingPoint = FormatFamily(name: "Floating point")
    /// Whole-number codes with a real scale.
    public static let integer = FormatFamily(name: "Integer")
    /// Whole-number codes with a real scale and a zero point.
    public static let asymmetricInteger = FormatFamily(name: "Integer with zero point")
    /// Whole-number codes with a power-of-two scale.
    public static let fixedPoint = FormatFamily(name: "Fixed point")
    /// Floating point of 4 to 8 bits with a real scale.
    public static let smallFloatingPoint = FormatFamily(name: "Small floating point")
    /// Blocks of small numbers with a scale of a few bits.
    public static let microscaling = FormatFamily(name: "Microscaling blocks")
    /// Blocks of levels that follow a distribution.
    public static let levels = FormatFamily(name: "Blocks of levels")
    /// Codes −1, 0, 1.
    public static let ternary = FormatFamily(name: "Ternary")
    /// Block formats of GGUF files.
    public static let gguf = FormatFamily(name: "GGUF blocks")
    /// Block formats of GGUF files that are not written.
    public static let readOnly = FormatFamily(name: "GGUF blocks, read only")
}
