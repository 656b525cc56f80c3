import NibbleKernels

/// Counts how often each of the 65,536 patterns of a 16-bit float occurs.
///
/// Counting is bound by increments; neighbours go into two tables, so that equal values in a row don't wait
/// for each other's store.
struct SixteenBitCounter {
    private static let patterns = 1 << 16
    private var even = [UInt32](repeating: 0, count: patterns)
    private var odd = [UInt32](repeating: 0, count: patterns)
    private var total = [Int](repeating: 0, count: patterns)
    private var pending = 0

    /// Counts the 16-bit numbers in `bytes`, which may lie at any address.
    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        if pending + bytes.count / 2 > Int(UInt32.max) { merge() }
        pending += bytes.count / 2
        even.withUnsafeMutableBufferPointer { even in
            odd.withUnsafeMutableBufferPointer { odd in Self.count(bytes, even: even, odd: odd) }
        }
    }

    private static func count(
        _ bytes: UnsafeRawBufferPointer, even: UnsafeMutableBufferPointer<UInt32>,
        odd: UnsafeMutableBufferPointer<UInt32>
    ) {
        guard let base = bytes.baseAddress, let even = even.baseAddress, let odd = odd.baseAddress else {
            return
        }
        let whole = bytes.count & ~7
        var offset = 0
        while offset < whole {
            let four = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            even[Int(four & 0xFFFF)] &+= 1
            odd[Int(four >> 16 & 0xFFFF)] &+= 1
            even[Int(four >> 32 & 0xFFFF)] &+= 1
            odd[Int(four >> 48)] &+= 1
            offset += 8
        }
        while offset + 2 <= bytes.count {
            even[Int(UInt16(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt16.self)))] &+= 1
            offset += 2
        }
    }

    private mutating func merge() {
        for pattern in 0..<Self.patterns {
            total[pattern] += Int(even[pattern]) + Int(odd[pattern])
            even[pattern] = 0
            odd[pattern] = 0
        }
        pending = 0
    }

    /// The counted values in ascending order; −0 is counted with 0.
    mutating func distribution(storage: FloatMatrix.Storage, weightsPerCount: Double) -> ValueDistribution {
        merge()
        var values: [Float] = []
        var counts: [Int] = []
        var special = (nan: 0, positive: 0, negative: 0)
        let negative = (0x8000...0xFFFF).reversed()
        for pattern in Array(negative) + Array(0..<0x8000) where total[pattern] > 0 {
            let value = Self.value(UInt16(pattern), storage)
            if value.isNaN {
                special.nan += total[pattern]
            } else if value.isInfinite {
                if value > 0 {
                    special.positive += total[pattern]
                } else {
                    special.negative += total[pattern]
                }
            } else if let last = values.last, last == value {
                counts[counts.count - 1] += total[pattern]
                values[values.count - 1] = 0
            } else {
                values.append(value)
                counts.append(total[pattern])
            }
        }
        return ValueDistribution(
            values: values, counts: counts, nanCount: special.nan, positiveInfinityCount: special.positive,
            negativeInfinityCount: special.negative, holdsStoredValues: true, weightsPerCount: weightsPerCount
        )
    }

    private static func value(_ pattern: UInt16, _ storage: FloatMatrix.Storage) -> Float {
        storage == .f16 ? Float(Float16(bitPattern: pattern)) : Float(bitPattern: UInt32(pattern) << 16)
    }
}
