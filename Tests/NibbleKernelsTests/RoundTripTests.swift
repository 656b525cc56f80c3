import Testing

@testable import NibbleKernels

/// What must hold for every format; a new format is tested without an edit.
@Suite struct RoundTripTests {
    /// Formats whose weights have grids, and those whose grids or levels are the same on both sides of zero.
    static let gridded = KernelCase.granularities.filter { grid($0) != nil }
    static let symmetric = KernelCase.granularities.filter { item in
        if let grid = grid(item) { return grid.lowestCode == -grid.highestCode }
        return (try? item.format as? any NonuniformFormat)?.isSymmetric == true
    }

    private static func grid(_ item: KernelCase) -> CodeGrid? {
        (try? Samples.encode([1], item.encoding))?.grid(row: 0, column: 0)
    }

    @Test func whatHasNoGridHasUnevenStepsOrBlocks() throws {
        #expect(Self.gridded.count > 60 && Self.symmetric.count > 60)
        for item in KernelCase.granularities where Self.grid(item) == nil {
            #expect(try item.format is any NonuniformFormat || item.format is any BlockCoded)
        }
    }

    @Test(arguments: gridded)
    func decodedValuesAreThoseOfTheCodes(_ item: KernelCase) throws {
        for columns in Samples.columnCounts {
            let packed = try PackedMatrix.encode(
                Samples.matrix(3, columns, seed: UInt64(columns)), encoding: item.encoding)
            for row in 0..<3 {
                let (codes, decoded) = (packed.codes(row: row), packed.decode(row: row))
                for column in 0..<columns {
                    let grid = try #require(packed.grid(row: row, column: column))
                    #expect(grid.lowestCode <= codes[column] && codes[column] <= grid.highestCode)
                    #expect(decoded[column] == grid.value(of: codes[column]))
                }
            }
        }
    }

    @Test(arguments: KernelCase.granularities)
    func errorIsWithinAStep(_ item: KernelCase) throws {
        for columns in Samples.columnCounts {
            let source = try Samples.matrix(3, columns, seed: 7)
            let packed = try PackedMatrix.encode(source, encoding: item.encoding)
            for row in 0..<3 {
                let values = source.row(row)
                for (column, (value, decoded)) in zip(values, packed.decode(row: row)).enumerated() {
                    let mates = try groupMates(item, packed, column)
                    let isTensor = packed.layout.tensorBits > 0
                    let members = isTensor ? (0..<3).flatMap(source.row) : Array(values[mates])
                    let largest = members.map(\.magnitude).max()
                    let limit = try item.format.worstError(
                        of: value, largest: largest ?? 0, grid: packed.grid(row: row, column: column))
                    #expect((value - decoded).magnitude <= limit, "\(value) became \(decoded)")
                }
            }
        }
    }

    /// The columns whose scales are stored together with a column's: those of its block, or of its group.
    private func groupMates(_ item: KernelCase, _ packed: PackedMatrix, _ column: Int) throws -> Range<Int> {
        let record = try item.format.record(of: packed.layout, encoding: item.encoding)
        let size = record.unit == .block ? record.weights : packed.layout.groupSize
        return column / size * size..<min((column / size + 1) * size, packed.shape.columns)
    }

    @Test(arguments: KernelCase.granularities)
    func valuesOfTheGridStay(_ item: KernelCase) throws {
        for columns in Samples.columnCounts {
            let source = try Samples.matrix(2, columns, seed: 11)
            let first = try PackedMatrix.encode(source, encoding: item.encoding)
            for row in 0..<2 {
                let decoded = first.decode(row: row)
                let again = try Samples.encode(decoded, item.encoding)
                for (column, (before, after)) in zip(decoded, again.decode(row: 0)).enumerated() {
                    let step = first.grid(row: row, column: column)?.scale.magnitude ?? before.magnitude / 3
                    #expect(
                        try (before - after).magnitude
                            <= (item.format.keepsItsValues(item.encoding.granularity) ? 0 : step * 1.01))
                }
            }
        }
    }

    @Test(arguments: KernelCase.granularities)
    func orderIsKeptWithinAGroup(_ item: KernelCase) throws {
        let packed = try Samples.encode(Samples.normal(257, seed: 3).sorted(), item.encoding)
        let decoded = packed.decode(row: 0)
        for group in 0..<packed.layout.groupsPerRow {
            let columns = packed.layout.columns(ofGroup: group)
            for column in columns.dropFirst() { #expect(decoded[column - 1] <= decoded[column]) }
        }
    }

    @Test(arguments: symmetric)
    func oppositeWeightsHaveOppositeCodesOnSymmetricGrids(_ item: KernelCase) throws {
        let values = Samples.normal(172, seed: 5)
        let packed = try Samples.encode(values, item.encoding)
        let opposite = try Samples.encode(values.map { -$0 }, item.encoding)
        #expect(packed.decode(row: 0) == opposite.decode(row: 0).map { -$0 })
    }

    @Test(arguments: KernelCase.granularities)
    func zerosStayZeros(_ item: KernelCase) throws {
        let packed = try Samples.encode([Float](repeating: 0, count: 33), item.encoding)
        #expect(packed.decode(row: 0) == [Float](repeating: 0, count: 33))
        // A group of zeros beside others too.
        let mixed = try Samples.encode(
            [Float](repeating: 0, count: 256) + Samples.normal(33, seed: 1), item.encoding)
        #expect(mixed.decode(row: 0).prefix(256).allSatisfy { $0 == 0 })
    }

    @Test(arguments: KernelCase.granularities)
    func extremesStayFinite(_ item: KernelCase) throws {
        let largest = Float.greatestFiniteMagnitude
        for values in [
            [0x1p-133, -0x1p-140, 0x1p-148, 0], [largest, -largest, 1, 0], [1e-30, 1e30, -1e5, 0],
        ] {
            let decoded = try Samples.encode(values.map { Float($0) }, item.encoding).decode(row: 0)
            // Numbers of fewer bits than f32's have infinities of their own.
            let format = try item.format
            if format.nonFinite == .kept, format.codeBits < 32 { continue }
            // What does not saturate may be infinite where a scale is subnormal or rounded down.
            if format.nonFinite == .overflows, !decoded.allSatisfy(\.isFinite) { continue }
            #expect(decoded.allSatisfy { $0.isFinite })
            // Where levels are uneven zero need not be one.
            if let format = format as? any NonuniformFormat, !format.isSymmetric { continue }
            #expect(decoded[3] == 0)
            for (value, result) in zip(values, decoded) { #expect(Float(value) * result >= 0) }
        }
    }

    @Test(arguments: KernelCase.granularities)
    func notANumberIsZeroAndInfinityIsTheEnd(_ item: KernelCase) throws {
        var values = Samples.normal(31, seed: 9).map { min(max($0, -1.5), 1.5) }
        values[3] = 2
        (values[4], values[5], values[6]) = (.nan, .infinity, -.infinity)
        let packed = try Samples.encode(values, item.encoding)
        let decoded = packed.decode(row: 0)
        let policy = try item.format.nonFinite
        switch policy {
        case .kept:
            #expect(decoded[4].isNaN && decoded[5] == .infinity && decoded[6] == -.infinity)
            return
        case .spreads:
            #expect(decoded.allSatisfy { $0.isNaN })
            return
        case .overflows:
            #expect(decoded[4].isNaN && !decoded[5].isFinite && !decoded[6].isFinite)
            #expect(decoded.enumerated().allSatisfy { $1.isFinite || 4...6 ~= $0 })
            return
        case .ends, .blockEnds: break
        }
        // Neither moves the grid, which the finite values decide; blocks are encoded with the ends in their place.
        let isBlock = policy == .blockEnds
        (values[4], values[5], values[6]) = isBlock ? (0, 2, values.filter(\.isFinite).min() ?? 0) : (0, 0, 0)
        let (codes, expected) = try (
            packed.codes(row: 0), Samples.encode(values, item.encoding).codes(row: 0)
        )
        for column in 0..<31 where isBlock || column != 5 && column != 6 {
            let isNaN = column == 4 && decoded[4].isNaN
            #expect(codes[column] == expected[column] || isNaN)
        }
        #expect(decoded[4] == 0 || decoded[4].isNaN || isBlock)
        let group = decoded[packed.layout.columns(ofGroup: 0)].filter { !$0.isNaN }
        #expect(decoded[5] == group.max() && decoded[6] == group.min())
    }

    @Test(arguments: KernelCase.rangeRules)
    func rangeRulesGiveFiniteGrids(_ item: KernelCase) throws {
        let source = try Samples.matrix(2, 172, seed: 13)
        let packed = try PackedMatrix.encode(source, encoding: item.encoding)
        // Formats that don't saturate have no number for what a rule leaves outside.
        let overflows = try item.format.nonFinite == .overflows
        #expect(overflows || packed.decode(row: 1).allSatisfy { $0.isFinite })
        if item.encoding.rangeRule == .meanSquaredError {
            var plain = item.encoding
            plain.rangeRule = try item.format.rangeRules.first ?? .minMax
            let other = try PackedMatrix.encode(source, encoding: plain)
            #expect(squaredError(packed, source) <= squaredError(other, source) * 1.0001)
        }
    }

    private func squaredError(_ packed: PackedMatrix, _ source: FloatMatrix) -> Double {
        (0..<source.shape.rows).reduce(0) { sum, row in
            zip(source.row(row), packed.decode(row: row)).reduce(sum) {
                let difference = Double($1.0) - Double($1.1)
                return $0 + difference * difference
            }
        }
    }

    @Test(arguments: RoundingMode.allCases, [2, 5, 8])
    func codesWalkThroughTheWholeGrid(_ mode: RoundingMode, _ bits: Int) throws {
        let format = try FormatCatalogue.format(named: "int\(bits)")
        var encoding = format.defaultEncoding
        encoding.rounding = mode
        let end = (1 << (bits - 1)) - 1
        let values = (-end...end).map { Float($0) }
        #expect(try Samples.encode(values, encoding).codes(row: 0) == (-end...end).map(Int32.init))
    }
}
