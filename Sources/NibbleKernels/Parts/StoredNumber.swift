/// How the bits of a stored number are to be read.
public enum StoredNumber: Sendable {
    /// A whole number: the bits less an offset.
    case whole(offset: Int32)
    /// A whole number in two's complement.
    case signed
    /// IEEE half.
    case half
    /// IEEE single.
    case single
    /// bfloat16.
    case bfloat
    /// A place in a table that has a value for each pattern of bits: E2M1, E4M3, E8M0, NF4 …
    case levels([Float])

    /// The value of `bits`, of which there are `width`; NaN for a place that a table lacks.
    public func value(of bits: UInt32, width: Int) -> Float {
        switch self {
        case .whole(let offset): Float(Int64(bits) - Int64(offset))
        case .signed: Float(Int32(truncatingIfNeeded: bits << UInt32(32 - width)) >> Int32(32 - width))
        case .half: Float(Float16(bitPattern: UInt16(truncatingIfNeeded: bits)))
        case .single: Float(bitPattern: bits)
        case .bfloat: Float(bitPattern: bits << 16)
        case .levels(let levels): bits < levels.count ? levels[Int(bits)] : .nan
        }
    }

    /// The bits, `width` of them, whose value is exactly `value`; nil if there are none, so that nothing is
    /// ever rounded.
    ///
    /// Where several stand for one value, as 0 and −0 may, those with its sign come first.
    public func bits(of value: Float, width: Int) -> UInt32? {
        switch self {
        case .whole(let offset): whole(value).flatMap { UInt32(exactly: $0 + Int64(offset)) }
        case .signed: whole(value).flatMap { Self.twosComplement($0, width) }
        case .half: Float(Float16(value)).isSame(as: value) ? UInt32(Float16(value).bitPattern) : nil
        case .single: value.bitPattern
        case .bfloat: value.bitPattern & 0xFFFF == 0 ? value.bitPattern >> 16 : nil
        case .levels(let levels):
            (levels.firstIndex { $0.bitPattern == value.bitPattern }
                ?? levels.firstIndex { $0.isSame(as: value) }).map { UInt32($0) }
        }
    }

    private func whole(_ value: Float) -> Int64? { Int64(exactly: value) }

    private static func twosComplement(_ number: Int64, _ width: Int) -> UInt32? {
        let end = Int64(1) << Int64(width - 1)
        guard (-end..<end).contains(number) else { return nil }
        return UInt32(truncatingIfNeeded: number) & (UInt32.max >> UInt32(32 - width))
    }
}

extension Float {
    /// Whether both are one number, or both NaN.
    fileprivate func isSame(as other: Float) -> Bool { self == other || isNaN && other.isNaN }
}
