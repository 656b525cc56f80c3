/// A format of dense codes, then one scale for each group: value = scale × levels[code].
protocol LevelCoded: NonuniformFormat, PartedFormat {
    /// The level of each of the 2^codeBits codes.
    var levels: [Float] { get }
    /// Weights that share a scale.
    func groupSize(_ shape: MatrixShape, _ encoding: StorageEncoding) -> Int
    /// Bytes of one stored scale; 0 where the whole tensor shares one.
    func scaleByteCount(_ encoding: StorageEncoding) -> Int
    /// The scale of a group of the context's row that is stored in `bytes`.
    func scale(_ bytes: UnsafeRawBufferPointer, _ context: RowContext, group: Int) -> Float
    /// How a stored scale is to be read.
    func scaleReading(_ encoding: StorageEncoding) -> StoredNumber
    /// Bits that the tensor shares.
    func tensorBits(_ shape: MatrixShape, _ encoding: StorageEncoding) -> Int
    /// Chooses a group's scale, stores it in `scaleBytes` and writes the group's codes.
    func encode(
        _ values: UnsafeBufferPointer<Float>, group: Int, _ context: RowContext,
        codes: UnsafeMutablePointer<UInt16>, scale scaleBytes: UnsafeMutableRawBufferPointer)
}

extension LevelCoded {
    func tensorBits(_ shape: MatrixShape, _ encoding: StorageEncoding) -> Int { 0 }

    /// Dense codes, lowest bits first, then the scales; the last group of a row may be short.
    public func layout(of shape: MatrixShape, encoding: StorageEncoding) throws(KernelError) -> PackedLayout {
        try check(shape, encoding)
        let size = max(groupSize(shape, encoding), 1)
        let scaleBytes = (shape.columns + size - 1) / size * scaleByteCount(encoding)
        return PackedLayout(
            shape: shape, groupSize: size,
            bytesPerRow: BitPacking.byteCount(shape.columns, bits: codeBits) + scaleBytes,
            codeBits: shape.elementCount * codeBits, scaleBits: shape.rows * scaleBytes * 8, zeroPointBits: 0,
            tensorBits: tensorBits(shape, encoding))
    }

    /// The first byte of a group's scale.
    private func scaleRange(_ group: Int, _ context: RowContext) -> Range<Int> {
        let size = scaleByteCount(context.encoding)
        let start = BitPacking.byteCount(context.layout.shape.columns, bits: codeBits) + group * size
        return start..<start + size
    }

    /// Encodes group after group.
    public func encode(
        row values: UnsafeBufferPointer<Float>, context: RowContext, into bytes: UnsafeMutableRawBufferPointer
    ) {
        guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        withUnsafeTemporaryAllocation(of: UInt16.self, capacity: max(values.count, 1)) { codes in
            guard let first = codes.baseAddress else { return }
            for group in 0..<context.layout.groupsPerRow {
                let columns = context.layout.columns(ofGroup: group)
                encode(
                    UnsafeBufferPointer(rebasing: values[columns]), group: group, context,
                    codes: first + columns.lowerBound,
                    scale: UnsafeMutableRawBufferPointer(rebasing: bytes[scaleRange(group, context)]))
            }
            BitPacking.pack(
                UnsafeBufferPointer(rebasing: codes[..<values.count]), bits: codeBits, into: start)
        }
    }

    /// value = scale × levels[code].
    public func decode(
        row bytes: UnsafeRawBufferPointer, context: RowContext, into values: UnsafeMutableBufferPointer<Float>
    ) {
        guard let target = values.baseAddress else { return }
        withUnsafeTemporaryAllocation(of: Int16.self, capacity: values.count) { codes in
            BitPacking.unpack(bytes, bits: codeBits, offset: 0, into: codes)
            guard let source = codes.baseAddress else { return }
            levels.withUnsafeBufferPointer { levels in
                guard let table = levels.baseAddress else { return }
                for group in 0..<context.layout.groupsPerRow {
                    let columns = context.layout.columns(ofGroup: group)
                    let stored = UnsafeRawBufferPointer(rebasing: bytes[scaleRange(group, context)])
                    InnerLoops.best.pointee.decode_levels(
                        source + columns.lowerBound, table, UInt32(codeBits),
                        scale(stored, context, group: group),
                        target + columns.lowerBound, columns.count)
                }
            }
        }
    }

    /// The codes as stored.
    public func codes(
        row bytes: UnsafeRawBufferPointer, context: RowContext, into codes: UnsafeMutableBufferPointer<Int32>
    ) {
        BitPacking.unpack(bytes, bits: codeBits, offset: 0, into: codes)
    }

    /// Levels are no equal steps.
    public func grid(row bytes: UnsafeRawBufferPointer, context: RowContext, column: Int) -> CodeGrid? { nil }

    /// Replaces one code.
    public func replaceCode(
        row bytes: UnsafeMutableRawBufferPointer, context: RowContext, column: Int, code: Int32
    ) {
        guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        let held = min(max(code, 0), (1 << Int32(codeBits)) - 1)
        BitPacking.replace(at: column, by: UInt16(held), bits: codeBits, in: start)
    }
}

/// A format whose values are not equal steps apart from zero, so that its weights have no ``CodeGrid``.
public protocol NonuniformFormat: NumericFormat {
    /// Whether the negative of every value is a value too.
    var isSymmetric: Bool { get }
}
