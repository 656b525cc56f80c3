import Testing

@testable import NibbleKernels

/// Fixed point: words by every rounding, requantization, sums in narrow registers.
enum FixedPointGolden {
    static let operations: [(prefix: String, check: GoldenOperations.Check)] = [
        ("fixedpoint/q", words), ("fixedpoint/requant_", requantization),
        ("fixedpoint/accumulators", accumulators),
    ]

    private static let modes: [String: RoundingMode] = [
        "even": .halfToEven, "away": .halfAwayFromZero, "halfup": .halfUp, "floor": .floor,
        "trunc": .truncate, "ceil": .ceiling,
    ]

    /// Qm.n of the id, m with the sign; outputs are named by rounding and overflow.
    @Sendable private static func words(_ reader: GoldenReader) throws {
        let digits = reader.name.dropFirst().split(separator: "_").compactMap { Int($0) }
        try #require(digits.count == 2)
        let word = FixedPointWord(bits: digits[0] + digits[1], fractionBits: digits[1])
        let (values, uniform) = try (reader.floats("x"), reader.doubles("u"))
        for name in reader.outputNames {
            let parts = name.split(separator: "_").map(String.init)
            let overflow: Accumulator.Overflow = parts.last == "wrap" ? .wrap : .saturate
            let expected = try reader.integers(name)
            guard let mode = modes[parts[0]] else {
                try #require(parts[0] == "stoch")
                let codes = zip(values, uniform).map { word.code($0, uniform: $1, overflow: overflow) }
                reader.equal(codes, expected, name)
                continue
            }
            let codes = values.map { word.code($0, rounding: mode, overflow: overflow) }
            reader.equal(codes, expected, name)
            guard overflow == .saturate, 2...16 ~= word.bits else { continue }
            let encoding = StorageEncoding(
                format: "fixed\(word.bits)", granularity: .tensor,
                rangeRule: .fractionBits(word.fractionBits), rounding: mode)
            try reader.equal(Samples.encode(values, encoding).allCodes, expected, name + " as a format")
        }
    }

    @Sendable private static func requantization(_ reader: GoldenReader) throws {
        let multiplier = try reader.number("multiplier")
        let double = try Requantization(multiplier: multiplier, rounding: .double)
        let single = try Requantization(multiplier: multiplier, rounding: .single)
        #expect(try Double(double.mantissa) == reader.number("q31"))
        #expect(try Double(double.shift) == reader.number("shift"))
        let sums = try reader.integers("acc")
        try reader.equal(sums.map(double.scaled), reader.integers("double"), "double")
        try reader.equal(sums.map(single.scaled), reader.integers("single"), "single")
        let unsigned = try Requantization(
            multiplier: multiplier, zeroPoint: 128, range: Requantization.unsignedBytes)
        try reader.equal(sums.map(unsigned.code(of:)), reader.integers("u8"), "u8")
        let signed = try Requantization(
            multiplier: multiplier, zeroPoint: -5, range: Requantization.signedBytes)
        try reader.equal(sums.map(signed.code(of:)), reader.integers("s8"), "s8")
    }

    /// Outputs are named by overflow and width, with an n before those that count events.
    @Sendable private static func accumulators(_ reader: GoldenReader) throws {
        let (rows, columns) = try reader.shape("a")
        let (a, b) = try (reader.integers("a").map(Int16.init), reader.integers("b").map(Int16.init))
        for overflow in Accumulator.Overflow.allCases {
            let word = overflow == .wrap ? "wrap" : "sat"
            for name in reader.outputNames where name.hasPrefix(word) {
                let accumulator = Accumulator(bits: Int(name.dropFirst(word.count)) ?? 0, overflow: overflow)
                var (sums, counts): ([Int32], [Int32]) = ([], [])
                for row in 0..<rows {
                    var tally = KernelReport.Tally()
                    let range = row * columns..<(row + 1) * columns
                    let sum = SimulatedRegister.sum(
                        Array(a[range]), Array(b[range]), columns, accumulator, tally: &tally)
                    sums.append(Int32(sum))
                    counts.append(Int32(tally.count))
                }
                try reader.equal(sums, reader.integers(name), name)
                try reader.equal(counts, reader.integers("n" + name), "n" + name)
            }
        }
    }
}
