import Testing

@testable import NibbleKernels

/// What cards say is complete, and agrees with the layouts and the loops that run.
@Suite struct CardsTests {
    /// Every format there is, those that are only read and those for plans alone included.
    static let formats: [any NumericFormat] =
        FormatCatalogue.all + FormatCatalogue.readOnly + MiniFloatFormat.nonSaturating

    @Test(arguments: formats.map(\.name))
    func nothingIsLeftOut(_ name: String) throws {
        let card = try FormatCatalogue.format(named: name).card
        #expect(!card.sources.isEmpty && !card.writers.isEmpty && !card.runners.isEmpty)
        #expect(card.hardware.hasSuffix("."))
        for source in card.sources {
            #expect(!source.author.isEmpty && !source.title.isEmpty && (1985...2026).contains(source.year))
        }
        let sheet = try FormatSheet(encoding: FormatCatalogue.format(named: name).defaultEncoding)
        for field in sheet.record.fields + sheet.record.shared {
            #expect(!field.name.isEmpty && !field.meaning.isEmpty && field.bits > 0)
        }
        #expect(sheet.paths.flatMap(\.activations).sorted() == sheet.format.activations.sorted())
    }

    /// Every granularity of every format.
    static let encodings: [StorageEncoding] = formats.flatMap { format in
        format.granularities.map { granularity in
            var encoding = format.defaultEncoding
            encoding.granularity = granularity
            return encoding
        }
    }

    @Test(arguments: encodings.map { KernelCase(encoding: $0) })
    func fieldsAreThoseOfTheLayout(_ item: KernelCase) throws {
        let format = try item.format
        for columns in [1, 33, 172, 512, 4096] {
            let shape = MatrixShape(rows: 6, columns: columns)
            let layout = try format.layout(of: shape, encoding: item.encoding)
            let record = format.record(of: layout, encoding: item.encoding)
            let repeats = record.unit == .row ? 1 : (columns + record.weights - 1) / record.weights
            #expect(record.byteCount * repeats == layout.bytesPerRow)
            let bits = { 6 * repeats * record.bits(of: $0) }
            #expect(bits(.scales) == layout.scaleBits)
            #expect(bits(.minima) == layout.zeroPointBits)
            #expect(record.shared.reduce(0) { $0 + $1.bits } == layout.tensorBits)
            #expect(record.byteRanges.last?.upperBound == record.byteCount)
            guard layout.paddingColumns == 0 else { continue }
            #expect(bits(.codes) == layout.codeBits)
            #expect(bits(.padding) == layout.paddingBits)
        }
    }

    @Test(arguments: encodings.map { KernelCase(encoding: $0) })
    func sharesAddUp(_ item: KernelCase) throws {
        let layout = try item.format.layout(
            of: MatrixShape(rows: 3, columns: 257), encoding: item.encoding)
        #expect(abs(layout.bitShares.total - layout.bitsPerWeight) < 1e-9)
        #expect(layout.bitShares.parts.reduce(0) { $0 + $1.bits } == layout.bitShares.total)
    }

    @Test(arguments: formats.compactMap { ($0 as? any BlockCoded)?.name })
    func codesLieInFieldsOfCodes(_ name: String) throws {
        let format = try #require(FormatCatalogue.format(named: name) as? any BlockCoded)
        var places: [(byte: Int, bits: Int)] = []
        for index in 0..<format.weightsPerBlock {
            let place = format.place(of: index)
            places.append((place.byte, place.bits))
            if place.highBits > 0 { places.append((place.highByte, place.highBits)) }
        }
        for (byte, bits) in places {
            let parts = try Self.parts(format, byte: byte).filter { $0.content == .codes }
            #expect(parts.contains { $0.width == bits || bits == 0 }, "byte \(byte)")
        }
    }

    @Test(arguments: formats.compactMap { ($0 as? any InterleavedBlocks)?.name })
    func scalesLieInFieldsOfScales(_ name: String) throws {
        let format = try #require(FormatCatalogue.format(named: name) as? any InterleavedBlocks)
        let fields = try #require(format as? any FieldedBlocks)
        let blocks = type(of: format).blocks
        #expect(try Self.parts(fields, byte: blocks.scaleByte).allSatisfy { $0.content == .scales })
        guard blocks.interleaving.hasMinima else { return }
        #expect(try Self.parts(fields, byte: blocks.minimumByte).allSatisfy { $0.content == .minima })
    }

    /// What the field that holds a byte consists of.
    private static func parts(
        _ format: any FieldedBlocks, byte: Int
    ) throws -> [FormatField.Part] {
        let record = FormatRecord(unit: .block, weights: format.weightsPerBlock, fields: format.fields)
        let field = try #require(zip(record.fields, record.byteRanges).first { $0.1.contains(byte) })
        return field.0.parts
    }

    @Test(arguments: KernelCase.standardProducts)
    func pathsAreThoseThatRun(_ item: KernelCase) throws {
        let source = try Samples.matrix(16, 512, seed: 5)
        for tokens in [1, 2, 8] {
            let packed = try PackedMatrix.encode(source, encoding: item.encoding)
            let path = try ProductPath(
                encoding: item.encoding, arithmetic: item.arithmetic, shape: packed.shape, tokenCount: tokens)
            let activations = [Float](repeating: 0.25, count: tokens * 512)
            let report = try packed.product(activations, tokenCount: tokens, item.arithmetic).report
            #expect((path.arithmetic == .integer) == (report.accumulatorOverflows.total > 0))
            #expect((path.source == .stored) == (tokens < 3 && packed.storedNumbers != nil))
            // Panels are made of tiles, but for float products of formats that have none.
            let hasTiles = packed.storage.tiles != nil
            switch (path.arithmetic, path.source) {
            case (_, .tiles), (.integer, .panels): #expect(hasTiles)
            case (_, .rows), (_, .stored): #expect(!hasTiles)
            case (.float, .panels): #expect(tokens >= FloatTiles.tokensTogether)
            }
        }
    }

    @Test func theBeginningOfANameOffersWhatBeginsSo() {
        let sentence = #expect(throws: KernelError.self) { try FormatCatalogue.format(named: "mxfp8") }
        #expect(sentence?.description.contains("mxfp8-e4m3, mxfp8-e5m2") == true)
        let readOnly = #expect(throws: KernelError.self) {
            try FormatCatalogue.format(named: "IQ3", suggestingReadOnly: true)
        }
        #expect(readOnly?.description.contains("iq3_s, iq3_xxs") == true)
        let written = #expect(throws: KernelError.self) { try FormatCatalogue.format(named: "IQ3") }
        #expect(written?.description.contains("iq3_s") == false)
    }
}
