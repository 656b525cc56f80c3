extension IntegerFormat {
    /// Encodes group after group with the scale as stored.
    public func encode(
        row values: UnsafeBufferPointer<Float>, context: RowContext, into bytes: UnsafeMutableRawBufferPointer
    ) {
        guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        withUnsafeTemporaryAllocation(of: UInt16.self, capacity: max(values.count, 1)) { codes in
            guard let first = codes.baseAddress else { return }
            for group in 0..<context.layout.groupsPerRow {
                let columns = context.layout.columns(ofGroup: group)
                let slice = UnsafeBufferPointer(rebasing: values[columns])
                let isPerTensor = context.encoding.granularity == .tensor
                let grid = isPerTensor ? tensorGrid(context) : grid(for: slice, encoding: context.encoding)
                if case .scale = context.encoding.rangeRule {
                    encodeByInverse(slice, grid, context.encoding.rounding, into: first + columns.lowerBound)
                } else {
                    grid.encode(
                        slice, rounding: context.encoding.rounding, offset: storageOffset,
                        into: first + columns.lowerBound)
                }
                if !isPerTensor { store(grid, group: group, context: context, in: start) }
            }
            BitPacking.pack(
                UnsafeBufferPointer(rebasing: codes[..<values.count]), bits: codeBits, into: start)
        }
    }

    /// Codes of w · (1 ÷ scale), as torchao has them.
    private func encodeByInverse(
        _ values: UnsafeBufferPointer<Float>, _ grid: CodeGrid, _ rounding: RoundingMode,
        into codes: UnsafeMutablePointer<UInt16>
    ) {
        let (rounder, inverse) = (CodeRounder(grid: grid, mode: rounding), 1 / grid.scale)
        for (index, value) in values.enumerated() {
            codes[index] = UInt16(rounder.code(steps: value * inverse) + storageOffset)
        }
    }

    private func tensorGrid(_ context: RowContext) -> CodeGrid {
        CodeGrid(
            scale: context.parameters.scale, zeroPoint: context.parameters.zeroPoint,
            lowestCode: lowestCode(context.encoding), highestCode: highestCode)
    }

    private func store(
        _ grid: CodeGrid, group: Int, context: RowContext, in start: UnsafeMutablePointer<UInt8>
    ) {
        let scaleSize = scaleByteCount(context.encoding)
        let scales = start + BitPacking.byteCount(context.layout.shape.columns, bits: codeBits)
        let target = UnsafeMutableRawPointer(scales + group * scaleSize)
        if scaleSize == 2 {
            target.storeBytes(of: Float16(grid.scale).bitPattern.littleEndian, as: UInt16.self)
        } else {
            target.storeBytes(of: grid.scale.bitPattern.littleEndian, as: UInt32.self)
        }
        if !isSymmetric { scales[context.layout.groupsPerRow * scaleSize + group] = UInt8(grid.zeroPoint) }
    }

    private func grid(group: Int, _ bytes: UnsafeRawBufferPointer, _ context: RowContext) -> CodeGrid {
        guard context.encoding.granularity != .tensor else { return tensorGrid(context) }
        let scaleSize = scaleByteCount(context.encoding)
        let scales = BitPacking.byteCount(context.layout.shape.columns, bits: codeBits)
        let offset = scales + group * scaleSize
        let scale =
            scaleSize == 2
            ? bytes.loadHalf(fromByteOffset: offset) : bytes.loadSingle(fromByteOffset: offset)
        let zeroPoint =
            isSymmetric ? 0 : Int32(bytes[scales + context.layout.groupsPerRow * scaleSize + group])
        return CodeGrid(
            scale: scale, zeroPoint: zeroPoint, lowestCode: lowestCode(context.encoding),
            highestCode: highestCode)
    }

    /// value = scale × (code − zeroPoint).
    public func decode(
        row bytes: UnsafeRawBufferPointer, context: RowContext, into values: UnsafeMutableBufferPointer<Float>
    ) {
        decodeByGroups(row: bytes, context: context, into: values)
    }

    /// The signed codes of a symmetric grid, the unsigned ones of an asymmetric grid.
    public func codes(
        row bytes: UnsafeRawBufferPointer, context: RowContext, into codes: UnsafeMutableBufferPointer<Int32>
    ) {
        BitPacking.unpack(bytes, bits: codeBits, offset: storageOffset, into: codes)
    }

    /// The grid of the group that holds `column`.
    public func grid(row bytes: UnsafeRawBufferPointer, context: RowContext, column: Int) -> CodeGrid? {
        grid(group: column / context.layout.groupSize, bytes, context)
    }

    /// Replaces one code.
    public func replaceCode(
        row bytes: UnsafeMutableRawBufferPointer, context: RowContext, column: Int, code: Int32
    ) {
        guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        let held = min(max(code, lowestCode(context.encoding)), highestCode)
        BitPacking.replace(at: column, by: UInt16(held + storageOffset), bits: codeBits, in: start)
    }

    /// Half a step, or how far the weight lies beyond the grid's end.
    ///
    /// A symmetric grid ends at the largest weight, but for the rounding of an f16 scale. The rounding of a
    /// zero point can move an end by half a step more: 0.55 steps hold for rows of ordinary weights, 0.5 +
    /// 2^(b − 11) for every row.
    public func worstError(of value: Float, largest: Float, grid: CodeGrid?) -> Float {
        guard let grid else { return .infinity }
        return max(0.5001 * grid.scale, min(grid.excess(of: value), 0.55 * grid.scale))
    }

    /// Symmetric grids with f16 scales: the largest weight is a code, from which the same scale follows.
    public func keepsItsValues(_ granularity: Granularity) -> Bool {
        if case .group = granularity { isSymmetric } else { false }
    }
}

extension IntegerFormat: IntegerCoded {
    /// Codes minus zero point as Int16, and the scale of each group.
    public func unpack(
        row bytes: UnsafeRawBufferPointer, context: RowContext, codes: UnsafeMutableBufferPointer<Int16>,
        scales: UnsafeMutableBufferPointer<Float>, minima: UnsafeMutableBufferPointer<Float>
    ) {
        let columns = context.layout.shape.columns
        let all = UnsafeMutableBufferPointer(rebasing: codes[..<columns])
        BitPacking.unpack(bytes, bits: codeBits, offset: storageOffset, into: all)
        guard let start = bytes.baseAddress, let target = codes.baseAddress, let scale = scales.baseAddress
        else { return }
        let groups = context.layout.groupsPerRow
        guard context.encoding.granularity != .tensor else {
            return unpackTensorGrid(context, codes: target, scales: scales)
        }
        let isHalf = scaleByteCount(context.encoding) == 2
        let stored = start + BitPacking.byteCount(columns, bits: codeBits)
        if isHalf {
            InnerLoops.best.pointee.convert_f16(stored, scale, groups)
        } else if groups > 0 {
            scales[0] = bytes.loadSingle(fromByteOffset: stored - start)
        }
        guard !isSymmetric else { return }
        let zeroPoints = (stored + groups * (isHalf ? 2 : 4)).assumingMemoryBound(to: UInt8.self)
        InnerLoops.best.pointee.subtract_zero_points(target, columns, context.layout.groupSize, zeroPoints)
    }

    private func unpackTensorGrid(
        _ context: RowContext, codes: UnsafeMutablePointer<Int16>, scales: UnsafeMutableBufferPointer<Float>
    ) {
        scales[0] = context.parameters.scale
        let columns = context.layout.shape.columns
        var zeroPoint = UInt8(truncatingIfNeeded: context.parameters.zeroPoint)
        guard zeroPoint != 0 else { return }
        InnerLoops.best.pointee.subtract_zero_points(codes, columns, max(columns, 1), &zeroPoint)
    }
}
