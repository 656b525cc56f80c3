import Testing

@testable import NibbleKernels

/// Every code of every format of up to eight bits; a new format is tested without an edit.
@Suite struct CodeWalkTests {
    static let formats = FormatCatalogue.all.filter { $0.codeBits <= 8 }.map {
        KernelCase(encoding: $0.defaultEncoding)
    }

    /// Those whose values stay what they are.
    static let keeping = formats.filter {
        (try? $0.format.keepsItsValues($0.encoding.granularity)) == true
    }

    /// A row whose columns hold all codes of the format, from its own scale.
    private func walked(_ item: KernelCase) throws -> (packed: PackedMatrix, codes: [Int32]) {
        let values = Samples.normal(256, seed: 17)
        var packed = try Samples.encode(values, item.encoding)
        let codes = try codes(of: item.format, packed)
        for (column, code) in codes.enumerated() {
            packed = packed.replacingCode(row: 0, column: column, code: code)
        }
        return (packed, codes)
    }

    private func codes(of format: any NumericFormat, _ packed: PackedMatrix) throws -> [Int32] {
        if let grid = packed.grid(row: 0, column: 0) { return Array(grid.lowestCode...grid.highestCode) }
        if let block = format as? any BlockCoded { return Array(type(of: block).codeRange) }
        return (0..<(1 << Int32(format.codeBits))).map { $0 }
    }

    @Test(arguments: formats)
    func everyCodeIsStoredAndHasItsValue(_ item: KernelCase) throws {
        let (packed, codes) = try walked(item)
        #expect(Array(packed.codes(row: 0).prefix(codes.count)) == codes)
        let decoded = packed.decode(row: 0)
        for (column, code) in codes.enumerated() {
            let value = try value(of: code, column: column, packed, item.format)
            #expect(decoded[column].bitPattern == value.bitPattern || decoded[column].isNaN && value.isNaN)
        }
    }

    /// What a code of a column stands for, by the format's table or its whole numbers, one at a time.
    private func value(
        of code: Int32, column: Int, _ packed: PackedMatrix, _ format: any NumericFormat
    ) throws -> Float {
        if let grid = packed.grid(row: 0, column: column) { return grid.value(of: code) }
        let row = packed.packedBytes(row: 0)
        return try row.withUnsafeBytes { bytes in
            if let format = format as? any IntegerCoded {
                let number = format.number(row: bytes, context: packed.context, column: column, code: code)
                return number.scale * Float(number.number) + number.minimum
            }
            let format = try #require(format as? any LevelCoded)
            let size = format.scaleByteCount(packed.encoding)
            let group = column / packed.layout.groupSize
            let start = bytes.count - (packed.layout.groupsPerRow - group) * size
            let stored = UnsafeRawBufferPointer(rebasing: bytes[start..<start + size])
            return format.scale(stored, packed.context, group: group) * format.levels[Int(code)]
        }
    }

    /// Values are in the order of the codes, or mirrored where the highest bit is a sign.
    @Test(arguments: formats)
    func codesOfAGroupAreInOrder(_ item: KernelCase) throws {
        let (packed, codes) = try walked(item)
        guard let grid = packed.grid(row: 0, column: 0), grid.scale > 0 else { return }
        let values = codes.map(grid.value(of:))
        #expect(zip(values, values.dropFirst()).allSatisfy { $0 < $1 })
    }

    /// All finite values of a row become the same again where the format keeps its values.
    @Test(arguments: keeping)
    func everyValueEncodesToItself(_ item: KernelCase) throws {
        let (packed, _) = try walked(item)
        // Each group needs its largest number, from which its scale follows again.
        let decoded = packed.decode(row: 0).map { $0.isFinite ? $0 : 0 }
        let again = try Samples.encode(decoded, item.encoding).decode(row: 0)
        let twice = try Samples.encode(again, item.encoding).decode(row: 0)
        #expect(again == twice)
    }
}
