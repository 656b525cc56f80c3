import NibbleTestSupport
import Testing

@testable import NibbleKernels

/// Rows are taken apart and put together byte for byte; a new format is tested without an edit.
@Suite struct PartsTests {
    /// Every format, those that are only read included, with every granularity.
    static let cases =
        KernelCase.granularities
        + FormatCatalogue.readOnly.map { KernelCase(encoding: $0.defaultEncoding) }

    /// Formats whose rows stand for themselves, so that any bytes are a matrix.
    static let blocks = cases.filter {
        (try? $0.format.family) == .gguf || (try? $0.format.canEncode) == false
    }

    /// Encoded rows: ordinary ones, one of zeros with an outlier, one with NaN and infinities; random bytes
    /// where nothing encodes.
    static func matrix(_ item: KernelCase, rows: Int = 4, columns: Int) throws -> PackedMatrix {
        guard try item.format.canEncode else { return try randomBlocks(item, rows: rows, columns: columns) }
        var values = Samples.normal(rows * columns, seed: UInt64(columns), deviation: 0.3)
        for column in 0..<columns {
            if rows > 2 { values[2 * columns + column] = column == columns / 2 ? 1e4 : 0 }
            if rows > 3, column % 7 == 3 {
                values[3 * columns + column] = [.nan, .infinity, -.infinity][column % 3]
            }
        }
        return try PackedMatrix.encode(
            Samples.matrix(rows, columns, values: values), encoding: item.encoding)
    }

    static func randomBlocks(_ item: KernelCase, rows: Int, columns: Int) throws -> PackedMatrix {
        let shape = MatrixShape(rows: rows, columns: columns)
        let layout = try item.format.layout(of: shape, encoding: item.encoding)
        var generator = SeededGenerator(seed: 31)
        let owner = ByteStorage(
            copying: (0..<layout.byteCount).map { _ in UInt8.random(in: 0...255, using: &generator) })
        return try PackedMatrix.wrapping(
            format: item.encoding.format, shape: shape, bytes: owner.bytes, owner: owner)
    }

    private func assembled(_ packed: PackedMatrix) throws -> PackedMatrix {
        try PackedMatrix.assembling(
            shape: packed.shape, encoding: packed.encoding, parameters: packed.parameters,
            parts: (0..<packed.shape.rows).map(packed.parts(row:)))
    }

    private func expectSame(_ packed: PackedMatrix, _ again: PackedMatrix) {
        #expect(packed.packedBytes() == again.packedBytes())
        for row in 0..<packed.shape.rows {
            #expect(packed.decode(row: row).map(\.bitPattern) == again.decode(row: row).map(\.bitPattern))
            #expect(packed.codes(row: row) == again.codes(row: row))
            #expect(packed.parts(row: row) == again.parts(row: row))
        }
    }

    @Test(arguments: cases)
    func partsMakeTheSameBytesAgain(_ item: KernelCase) throws {
        #expect(try item.format is any PartedFormat)
        for columns in Samples.columnCounts + [512] {
            let packed = try Self.matrix(item, columns: columns)
            expectSame(packed, try assembled(packed))
        }
    }

    @Test(arguments: blocks, [1, 33, 64, 257, 512])
    func anyBlocksMakeTheSameBytesAgain(_ item: KernelCase, _ columns: Int) throws {
        let packed = try Self.randomBlocks(item, rows: 3, columns: columns)
        expectSame(packed, try assembled(packed))
    }

    @Test(arguments: cases)
    func emptyMatricesAreAssembled(_ item: KernelCase) throws {
        for (rows, columns) in [(0, 5), (5, 0), (0, 0)] {
            let packed = try Self.matrix(item, rows: rows, columns: columns)
            let again = try assembled(packed)
            #expect(again.packedBytes() == packed.packedBytes() && again.shape == packed.shape)
        }
    }

    @Test(arguments: cases)
    func aRunTimeLayoutGivesTheSameParts(_ item: KernelCase) throws {
        let packed = try Self.matrix(item, rows: 3, columns: 172)
        let (before, input) = (packed.parts(row: 1), Samples.normal(172, seed: 3))
        let again = try assembled(packed)
        let (output, expected) = try (
            again.product(input, tokenCount: 1).output, packed.product(input, tokenCount: 1).output
        )
        #expect(output.map(\.bitPattern) == expected.map(\.bitPattern))
        #expect(packed.parts(row: 1) == before)
    }

    @Test(arguments: cases)
    func countsAndBitsAreThoseOfTheLayout(_ item: KernelCase) throws {
        let packed = try Self.matrix(item, columns: 257)
        for row in 0..<packed.shape.rows {
            let parts = packed.parts(row: row)
            for kind in RowPart.Kind.allCases {
                let part = packed.partsLayout[kind]
                #expect(parts[kind].count == part?.count ?? 0)
                #expect(parts[kind].allSatisfy { part?.permitted.contains($0) == true })
                guard let part, let columns = part.columns else { continue }
                #expect(part.count == (257 + packed.layout.paddingColumns + columns - 1) / columns)
            }
        }
        let layout = packed.layout
        let bits = packed.partsLayout.parts.reduce(0) { $0 + ($1.kind == .rest ? 0 : $1.count * $1.bits) }
        // Five codes of TQ1_0 share a byte.
        #expect(bits <= layout.bytesPerRow * 8 || packed.partsLayout[.rest] != nil)
    }

    /// value = scale · unit scale · number ± minimum, as the documentation of parts has it.
    @Test(arguments: cases)
    func valuesFollowFromParts(_ item: KernelCase) throws {
        let packed = try Self.matrix(item, columns: 257)
        let layout = packed.partsLayout
        guard layout[.codes]?.columns == 1 else { return }
        for row in 0..<packed.shape.rows {
            let (parts, decoded) = (packed.parts(row: row), packed.decode(row: row))
            for column in 0..<257 {
                let value = value(column, row: row, parts, packed)
                #expect(
                    value == decoded[column] || value.isNaN && decoded[column].isNaN,
                    "\(value) is \(decoded[column])")
            }
        }
    }

    private func value(_ column: Int, row: Int, _ parts: RowParts, _ packed: PackedMatrix) -> Float {
        let layout = packed.partsLayout
        func value(_ kind: RowPart.Kind) -> Float? {
            guard let part = layout[kind], let columns = part.columns else { return nil }
            return part.value(of: parts[kind][column / columns])
        }
        let shared = packed.parameters
        var scale = value(.scales) ?? 1
        if !shared.scaleScales.isEmpty {
            let place = row * packed.layout.groupsPerRow + column / packed.layout.groupSize
            scale = scale * shared.scaleScales[place / 256] + shared.scaleOffset
        }
        if shared.scale != 1 { scale *= shared.scale }
        if let unit = value(.unitScales) { scale *= unit }
        let zeroPoint = value(.zeroPoints) ?? Float(shared.zeroPoint)
        let product = scale * ((value(.codes) ?? .nan) - zeroPoint)
        guard let minimum = value(.minima) else { return product }
        return product + (value(.unitMinima).map { -(minimum * $0) } ?? minimum)
    }

    @Test(arguments: cases)
    func shownCodesFollowFromParts(_ item: KernelCase) throws {
        let packed = try Self.matrix(item, columns: 172)
        guard let part = packed.partsLayout[.codes], part.columns == 1 else { return }
        for row in 0..<packed.shape.rows {
            for (stored, shown) in zip(packed.parts(row: row).codes, packed.codes(row: row)) {
                switch part.reading {
                case .whole, .signed: #expect(Float(shown) == part.value(of: stored))
                case .levels where !packed.format.canEncode:
                    #expect(Float(shown) == part.value(of: stored))
                default: #expect(UInt32(bitPattern: shown) == stored)
                }
            }
        }
    }

    /// A number decides only the values of its columns.
    @Test(arguments: cases)
    func aChangedNumberChangesOnlyItsColumns(_ item: KernelCase) throws {
        let packed = try Self.matrix(item, rows: 2, columns: 512)
        let (original, decoded) = (packed.parts(row: 0), packed.decode(row: 0).map(\.bitPattern))
        var generator = SeededGenerator(seed: 5)
        for part in packed.partsLayout.parts where part.count > 0 {
            var hasChanged = false
            for _ in 0..<8 {
                let index = Int.random(in: 0..<part.count, using: &generator)
                var parts = original
                repeat {
                    parts[part.kind][index] = UInt32.random(in: part.permitted, using: &generator)
                } while parts == original
                let changed = try PackedMatrix.assembling(
                    shape: packed.shape, encoding: packed.encoding, parameters: packed.parameters,
                    parts: [parts, packed.parts(row: 1)])
                // A byte of TQ1_0 can be too large for its codes, which then are others.
                if part.kind != .rest { #expect(changed.parts(row: 0) == parts) }
                let values = changed.decode(row: 0).map(\.bitPattern)
                hasChanged = hasChanged || values != decoded
                guard let columns = part.columns else { continue }
                let range = index * columns..<(index + 1) * columns
                for column in 0..<512 where !range.contains(column) {
                    #expect(values[column] == decoded[column], "\(part.kind) \(index) changed \(column)")
                }
            }
            #expect(hasChanged || part.kind == .rest, "\(part.kind) decide nothing")
        }
    }

    @Test(arguments: FormatCatalogue.readOnly.map(\.name) + ["nvfp4-gguf"])
    func fieldsOfABlockCoverEachBitOnce(_ name: String) throws {
        let format = try #require(FormatCatalogue.format(named: name) as? any BlockFielded)
        let fields = format.blockFields
        var bits = [Int](repeating: 0, count: 8 * fields.bytes)
        for run in fields.fields.flatMap({ $0.runs }).joined() {
            for bit in 0..<run.count { bits[8 * run.byte + Int(run.shift) + bit] += 1 }
        }
        #expect(bits.allSatisfy { $0 == 1 })
        let shape = MatrixShape(rows: 1, columns: fields.weights)
        #expect(try format.layout(of: shape, encoding: format.defaultEncoding).bytesPerRow == fields.bytes)
    }

    @Test(arguments: cases)
    func aRowOfNothingIsZeros(_ item: KernelCase) throws {
        let shape = MatrixShape(rows: 2, columns: 33)
        var parameters = try Self.matrix(item, rows: 2, columns: 33).parameters
        (parameters.scaleOffset, parameters.zeroPoint) = (0, 0)
        let packed = try PackedMatrix.assembling(
            shape: shape, encoding: item.encoding, parameters: parameters
        ) { _, _ in }
        let levels = packed.partsLayout[.codes].map { $0.value(of: $0.zero) }
        // A power of two is no zero, and neither is a level beside it.
        #expect(packed.decode(row: 1).allSatisfy { $0.magnitude <= 0x1p-126 || levels == 0 && $0 == 0 })
    }
}
