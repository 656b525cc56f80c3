import CNibbleKernels
import NibbleTestSupport
import Testing

@testable import NibbleKernels

/// Eight simulated registers side by side, against one that adds one product after the other.
@Suite struct RegisterTests {
    static let tables: [@Sendable () -> UnsafePointer<nibble_register_table>] = [
        { InnerLoops.registers }, { InnerLoops.portableRegisters },
    ]

    private func codes(_ count: Int, bits: Int, seed: UInt64) -> [Int16] {
        var generator = SeededGenerator(seed: seed)
        let highest = Int16((1 << (bits - 1)) - 1)
        // Ends of the range now and then, so that 16 · 16 bits reach 2^30.
        return (0..<count).map { _ in
            let word = generator.next()
            return word % 7 == 0 ? -highest - 1 : Int16(truncatingIfNeeded: word >> 8) >> Int16(16 - bits)
        }
    }

    @Test(arguments: Accumulator.widths + [2, 13, 31], [4, 8, 16])
    func registersEqualSequentialSums(_ bits: Int, _ codeBits: Int) {
        for (index, table) in Self.tables.enumerated() {
            for (columns, length) in [(1, 1), (7, 7), (32, 8), (100, 32), (257, 257), (600, 600)] {
                for overflow in Accumulator.Overflow.allCases {
                    let seed = UInt64(columns * 100 + bits)
                    let weights = codes(8 * columns, bits: codeBits, seed: seed)
                    let activations = codes(columns, bits: min(codeBits, 8 + 8 * index), seed: seed + 1)
                    let accumulator = Accumulator(bits: bits, overflow: overflow)
                    check(table().pointee, weights, activations, length: length, accumulator, isNarrow: false)
                    guard bits <= 24, codeBits < 16 else { continue }
                    check(table().pointee, weights, activations, length: length, accumulator, isNarrow: true)
                }
            }
        }
    }

    private func check(
        _ table: nibble_register_table, _ rows: [Int16], _ activations: [Int16], length: Int,
        _ accumulator: Accumulator, isNarrow: Bool
    ) {
        let columns = activations.count
        let runs = (columns + length - 1) / length
        var lanes = [Int16](repeating: 0, count: 8 * columns)
        table.interleave_rows(rows, columns, columns, &lanes)
        #expect(lanes.indices.allSatisfy { lanes[$0] == rows[$0 % 8 * columns + $0 / 8] })
        var sums = [Int32](repeating: 1, count: 8 * runs)
        var events = nibble_register_events()
        table.add_products(
            lanes, activations, columns, length, Int32(accumulator.bits),
            accumulator.overflow == .saturate ? 1 : 0, isNarrow ? 1 : 0, &sums, &events)
        let counted = withUnsafeBytes(of: events) { Array($0.bindMemory(to: Int64.self)) }
        for row in 0..<8 {
            var tally = KernelReport.Tally()
            var peak: Int64 = 0
            for run in 0..<runs {
                var register = SimulatedRegister(accumulator)
                for column in run * length..<min((run + 1) * length, columns) {
                    let product = Int64(rows[row * columns + column]) * Int64(activations[column])
                    register.add(product, tally: &tally)
                }
                peak = max(peak, register.peak)
                #expect(Int64(sums[row * runs + run]) == register.content)
            }
            #expect(counted[row] == tally.count)
            #expect(Double(counted[8 + row]) == tally.worstExcess)
            #expect(counted[16 + row] == peak)
        }
    }

    @Test func magnitudesAreSummed() {
        for table in Self.tables {
            for (columns, length) in [(1, 1), (100, 32), (9000, 9000), (9000, 4500)] {
                let codes = codes(columns, bits: 16, seed: 9)
                var sums = [Int64](repeating: 0, count: (columns + length - 1) / length)
                table().pointee.magnitude_sums(codes, columns, length, &sums)
                for (run, sum) in sums.enumerated() {
                    let part = codes[run * length..<min((run + 1) * length, columns)]
                    #expect(sum == part.reduce(0) { $0 + Int64($1.magnitude) })
                }
            }
        }
    }

    static let products = [
        ("fixed8", "fixed8"), ("fixed16", "fixed16"), ("fixed12", "fixed8"), ("int4", "int8-block32"),
        ("int8-asym", "fixed4"), ("Q4_K", "int8-token"),
    ]

    @Test(arguments: products, Accumulator.widths)
    func channelsAreCountedAsInTheReference(_ names: (String, String), _ bits: Int) throws {
        for overflow in Accumulator.Overflow.allCases {
            let encoding = try FormatCatalogue.format(named: names.0).defaultEncoding
            let arithmetic = Arithmetic(
                activation: names.1, accumulator: Accumulator(bits: bits, overflow: overflow))
            // Nineteen rows of growing magnitude: some overflow, some cannot.
            let (rows, columns) = (19, 300)
            var values = Samples.normal(rows * columns, seed: 5)
            for index in values.indices { values[index] *= Float(index / columns) / 8 }
            let packed = try PackedMatrix.encode(
                Samples.matrix(rows, columns, values: values), encoding: encoding)
            for (tokenCount, threads) in [(1, 1), (3, 3), (6, 2)] {
                let input = Samples.normal(tokenCount * columns, seed: 6)
                let (output, report) = try packed.product(
                    input, tokenCount: tokenCount, arithmetic, pool: WorkPool(threadCount: threads))
                let reference = try ReferenceMultiplication.multiply(
                    packed, activations: input, tokenCount: tokenCount, arithmetic: arithmetic)
                #expect(output.map(\.bitPattern) == reference.output.map(\.bitPattern))
                #expect(report.accumulatorOverflows == reference.report.accumulatorOverflows)
                #expect(report.channelOverflows == reference.report.channelOverflows)
                #expect((report.channelOverflows == nil) == (report.accumulatorOverflows.count == 0))
            }
        }
    }

    @Test func theReportNamesTheChannelAndTheWidths() throws {
        // Codes 127 · 127 = 16129: channel 1 leaves 16 bits at its third product, channel 2 never.
        let encoding = StorageEncoding(format: "int8", granularity: .tensor)
        let arithmetic = Arithmetic(
            activation: "int8-token", accumulator: Accumulator(bits: 16, overflow: .wrap))
        let packed = try PackedMatrix.encode(
            Samples.matrix(3, 4, values: [1, 0, -1, 0, 1, 1, 1, 1, 0, 0, 0, 1]), encoding: encoding)
        let report = try packed.product([1, 1, 1, 1], tokenCount: 1, arithmetic).report
        let channels = try #require(report.channelOverflows)
        #expect(channels.counts == [0, 1, 0] && channels.worstChannel == 1 && channels.channelCount == 1)
        #expect(channels.peak == 4 * 16129 && channels.bound == 4 * 16129)
        #expect(channels.sufficientBits == 17 && channels.safeBits == 17)
        var sum = report
        sum.add(report)
        #expect(sum.channelOverflows?.counts == [0, 2, 0])
        sum.add(try packed.product([0, 0, 1, 0], tokenCount: 1, arithmetic).report)
        #expect(sum.channelOverflows?.counts == [0, 2, 0] && sum.accumulatorOverflows.total == 36)
        // A negative sum of −2^15 fits 16 bits, one of 2^15 doesn't.
        var register = SimulatedRegister(arithmetic.accumulator)
        register.add(-1 << 15, tally: &sum.accumulatorOverflows)
        #expect(register.peak == 32767 && sum.accumulatorOverflows.count == 2)
    }
}
