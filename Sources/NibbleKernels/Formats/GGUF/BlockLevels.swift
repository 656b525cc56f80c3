/// A format of GGUF blocks whose codes are places in a table of 16 whole numbers.
protocol BlockLevels: BlockCoded, NonuniformFormat {
    /// The number of each code.
    static var levels: [Int32] { get }
}

extension BlockLevels {
    static var codeRange: ClosedRange<Int32> { 0...15 }
    static var storageOffset: Int32 { 0 }

    /// A place among 16 levels.
    public var codeBits: Int { 4 }
    /// As many bits as the largest magnitude among the levels.
    public var numberBits: Int {
        let largest = Self.levels.map(\.magnitude).max() ?? 0
        return UInt32.bitWidth - largest.leadingZeroBitCount
    }

    /// The code's level.
    public func number(
        row bytes: UnsafeRawBufferPointer, context: RowContext, column: Int, code: Int32
    ) -> (number: Int32, scale: Float, minimum: Float) {
        (Self.levels[Int(code)], factors(bytes, column).scale, 0)
    }
}
