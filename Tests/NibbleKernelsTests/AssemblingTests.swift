import NibbleTestSupport
import Synchronization
import Testing

@testable import NibbleKernels

/// Matrices of given codes and scales, and what is refused.
@Suite struct AssemblingTests {
    private let shape = MatrixShape(rows: 3, columns: 40)
    private let grouped = StorageEncoding(format: "int4-asym", granularity: .group(32))

    private func refusal(
        _ encoding: StorageEncoding, _ parameters: TensorParameters = TensorParameters(),
        _ change: (inout [RowParts]) throws -> Void
    ) throws -> String {
        let layout = try PackedMatrix.partsLayout(shape: shape, encoding: encoding)
        var parts = [RowParts](repeating: RowParts(layout), count: shape.rows)
        try change(&parts)
        let error = #expect(throws: KernelError.self) {
            try PackedMatrix.assembling(
                shape: shape, encoding: encoding, parameters: parameters, parts: parts)
        }
        let sentence = error?.description ?? ""
        #expect(sentence.hasSuffix("."))
        return sentence
    }

    @Test func codesScalesAndZeroPointsMakeValues() throws {
        let layout = try PackedMatrix.partsLayout(shape: shape, encoding: grouped)
        let half = try #require(layout[.scales]).bits(of: 0.5)
        let packed = try PackedMatrix.assembling(shape: shape, encoding: grouped) { row, parts in
            for column in 0..<40 { parts.codes[column] = UInt32((column + row) % 16) }
            parts.scales = [half, half + 0x400]
            parts.zeroPoints = [8, 3]
        }
        for row in 0..<3 {
            let expected = (0..<40).map { column in
                let code = Float((column + row) % 16)
                return column < 32 ? 0.5 * (code - 8) : code - 3
            }
            #expect(packed.decode(row: row) == expected)
        }
    }

    @Test func wrongCountsAreRefused() throws {
        #expect(
            try refusal(grouped) { $0[2].codes.removeLast() }
                == "Row 2 has 39 codes, but a row of int4-asym with this shape has 40, those of filled blocks "
                + "included.")
        #expect(
            try refusal(grouped) { $0[1].minima = [1, 2] }
                == "Row 1 was given 2 minima, but rows of int4-asym have none here: leave them out.")
        #expect(
            try refusal(grouped) { $0.removeLast() } == "2 rows of parts cannot be a 3 × 40 matrix.")
        #expect(try refusal(grouped) { $0[0].zeroPoints.append(0) }.contains("zero points"))
        let blocks = StorageEncoding(format: "q4_0", granularity: .fixed)
        #expect(try refusal(blocks) { $0[0].codes.removeLast(24) }.contains("has 64"))
    }

    @Test func numbersBeyondTheirBitsAreRefused() throws {
        #expect(
            try refusal(grouped) { $0[1].codes[39] = 16 }
                == "Row 1, column 39: 16 is not among the codes of int4-asym, which are stored as 0 to 15.")
        #expect(
            try refusal(grouped) { $0[2].zeroPoints[1] = 16 }
                == "Row 2, columns from 32 on: 16 is not among the zero points of int4-asym, which are stored as 0 to 15."
        )
        #expect(try refusal(grouped) { $0[0].scales[0] = 0x1_0000 }.contains("scales"))
        let symmetric = StorageEncoding(format: "int4", granularity: .group(32))
        #expect(
            try refusal(symmetric) { $0[0].codes[7] = 0 }
                == "Row 0, column 7: 0 is not among the codes of int4, which are stored as 1 to 15; the range rules full "
                + "and no-clip have 0, too.")
        let ternary = StorageEncoding(format: "ternary", granularity: .channel)
        #expect(try refusal(ternary) { $0[0].codes[7] = 3 }.contains("0 to 2"))
        let blocks = StorageEncoding(format: "q4_k", granularity: .fixed)
        #expect(try refusal(blocks) { $0[0].unitScales[3] = 64 }.contains("columns from 96 on"))
        #expect(
            try refusal(StorageEncoding(format: "tq1_0", granularity: .fixed)) { $0[0].rest[3] = 256 }
                .contains("Row 0, place 3: 256"))
    }

    @Test(arguments: PartsTests.cases)
    func everyPartRefusesWhatDoesNotFit(_ item: KernelCase) throws {
        let packed = try PartsTests.matrix(item, rows: 1, columns: 64)
        for part in packed.partsLayout.parts where part.bits < 32 {
            var parts = packed.parts(row: 0)
            parts[part.kind][0] = part.permitted.upperBound + 1
            #expect(throws: KernelError.self) {
                try PackedMatrix.assembling(
                    shape: packed.shape, encoding: item.encoding, parameters: packed.parameters,
                    parts: [parts])
            }
        }
    }

    @Test func theRangeRuleDecidesWhetherALowestCodeIsThere() throws {
        for rule in [ScaleRule.full, .noClip] {
            let encoding = StorageEncoding(format: "int4", granularity: .group(32), rangeRule: .scale(rule))
            let packed = try PackedMatrix.assembling(shape: shape, encoding: encoding) { _, parts in
                parts.codes[7] = 0
                parts.scales[0] = 0x3C00
            }
            #expect(packed.codes(row: 2)[7] == -8 && packed.decode(row: 2)[7] == -8)
        }
    }

    @Test func whatATensorSharesIsChecked() throws {
        var scale = TensorParameters()
        scale.scale = 0.25
        var point = scale
        point.zeroPoint = 16
        let asymmetric = StorageEncoding(format: "int4-asym", granularity: .tensor)
        #expect(try refusal(asymmetric, point) { _ in }.contains("0 to 15, not at 16"))
        point.zeroPoint = 1
        #expect(
            try refusal(StorageEncoding(format: "int4", granularity: .tensor), point) { _ in }
                .contains("0 to 0"))
        #expect(try refusal(grouped, scale) { _ in }.contains("leave the parameters"))
        #expect(try refusal(StorageEncoding(format: "nf4", granularity: .group(64)), scale) { _ in } != "")
        let fixed = StorageEncoding(format: "fixed8", granularity: .tensor)
        #expect(try refusal(fixed, scale) { _ in }.contains("0 fraction bits is 2^0"))
        scale.fractionBits = 1000
        #expect(try refusal(fixed, scale) { _ in }.contains("not at 1000"))
        var notANumber = TensorParameters()
        notANumber.scale = .nan
        #expect(try refusal(asymmetric, notANumber) { _ in }.contains("NaN"))
        let double = StorageEncoding(format: "nf4-dq", granularity: .group(32))
        #expect(
            try refusal(double) { _ in }
                == "6 scales of nf4-dq need a scale for each 256 of them, 1 in all, not 0.")
    }

    @Test func tensorsWithSharedScalesAreAssembled() throws {
        var parameters = TensorParameters()
        (parameters.scale, parameters.fractionBits) = (0.25, 2)
        let packed = try PackedMatrix.assembling(
            shape: shape, encoding: StorageEncoding(format: "fixed8", granularity: .tensor),
            parameters: parameters
        ) { row, parts in parts.codes[row] = 128 + 5 }
        #expect(packed.decode(row: 1).prefix(3) == [0, 1.25, 0])
    }

    @Test func optionsAreRefusedAsForEncoding() throws {
        for encoding in [
            StorageEncoding(format: "int9"), StorageEncoding(format: "int4", granularity: .group(48)),
            StorageEncoding(format: "f16", granularity: .channel),
        ] {
            #expect(throws: KernelError.self) {
                try PackedMatrix.assembling(shape: shape, encoding: encoding) { _, _ in }
            }
        }
        #expect(throws: KernelError.self) {
            try PackedMatrix.assembling(
                shape: MatrixShape(rows: .max, columns: 2), encoding: grouped
            ) { _, _ in }
        }
        #expect(throws: KernelError.self) {
            try PackedMatrix.partsLayout(shape: MatrixShape(rows: -1, columns: 2), encoding: grouped)
        }
    }

    @Test func theFirstWrongRowIsNamed() throws {
        let many = MatrixShape(rows: 500, columns: 40)
        for _ in 0..<20 {
            let error = #expect(throws: KernelError.self) {
                try PackedMatrix.assembling(shape: many, encoding: grouped, pool: WorkPool(threadCount: 3)) {
                    row, parts in
                    if row >= 123, row % 3 == 0 { parts.codes[1] = 99 }
                }
            }
            #expect(error?.description.hasPrefix("Row 123, column 1: 99 is") == true)
        }
        let thrown = #expect(throws: KernelError.self) {
            try PackedMatrix.assembling(shape: many, encoding: grouped) { row, _ throws(KernelError) in
                if row == 7 { throw .unsupported("No.") }
            }
        }
        #expect(thrown == .unsupported("No."))
    }

    @Test func workIsReportedAndCancelled() throws {
        let cancellation = Cancellation()
        let last = Mutex(0.0)
        let many = MatrixShape(rows: 64, columns: 40)
        _ = try PackedMatrix.assembling(
            shape: many, encoding: grouped, progress: { share in last.withLock { $0 = max($0, share) } }
        ) { _, _ in }
        #expect(last.withLock { $0 } == 1)
        #expect(throws: KernelError.cancelled) {
            try PackedMatrix.assembling(shape: many, encoding: grouped, cancellation: cancellation) {
                row, _ in
                if row == 0 { cancellation.cancel() }
            }
        }
    }

    @Test func bitsStandForTheirValues() {
        let readings: [(StoredNumber, Int)] = [
            (.whole(offset: 8), 4), (.whole(offset: 0), 8), (.whole(offset: 32768), 16), (.signed, 8),
            (.half, 16), (.bfloat, 16), (.levels(MiniFloat.e2m1.values), 4),
            (.levels(MiniFloat.e4m3.values), 8), (.powerOfTwo(), 8), (.levels(DynamicMap.values), 8),
        ]
        for (reading, width) in readings {
            for bits in 0..<(UInt32(1) << UInt32(width)) {
                let value = reading.value(of: bits, width: width)
                let again = reading.bits(of: value, width: width)
                #expect(again == bits || again != nil && value.isNaN || again != nil && value == 0)
            }
            #expect(reading.bits(of: 0.1, width: width) == nil)
        }
        #expect(StoredNumber.single.bits(of: 0.1, width: 32) == Float(0.1).bitPattern)
        #expect(StoredNumber.signed.bits(of: 128, width: 8) == nil)
        #expect(StoredNumber.whole(offset: 8).bits(of: -9, width: 4) == nil)
        #expect(StoredNumber.whole(offset: 8).bits(of: .infinity, width: 4) == nil)
        let part = RowPart(.codes, 1, bits: 4, .whole(offset: 8), columns: 1)
        #expect(throws: KernelError.self) { try part.bits(of: 8) }
    }
}
