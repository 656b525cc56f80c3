import Testing

@testable import NibbleKernels

@Suite struct CatalogueTests {
    @Test func namesAreUniqueAndFound() throws {
        let names = FormatCatalogue.all.map(\.name)
        #expect(Set(names).count == names.count)
        for name in names { #expect(try FormatCatalogue.format(named: name.uppercased()).name == name) }
        for scheme in ActivationCatalogue.all {
            #expect(try ActivationCatalogue.scheme(named: scheme.name).name == scheme.name)
        }
    }

    @Test(arguments: FormatCatalogue.all.map { KernelCase(encoding: $0.defaultEncoding) })
    func offersAreAccepted(_ item: KernelCase) throws {
        let format = try item.format
        #expect(!format.granularities.isEmpty && !format.activations.isEmpty && !format.summary.isEmpty)
        for name in format.activations { _ = try ActivationCatalogue.scheme(named: name) }
    }

    @Test func unknownNamesAreAnsweredWithTheNearest() {
        #expect(
            throws: KernelError.unknownName(
                "There is no weight format “intt4”; the nearest are int4, int8, int7.")
        ) {
            try FormatCatalogue.format(named: "intt4")
        }
        let error = #expect(throws: KernelError.self) { try ActivationCatalogue.scheme(named: "zzzzzzzz") }
        #expect(error?.description.contains("int8-token") == true)
    }

    @Test func impossibleOptionsAreRefused() throws {
        let source = try Samples.matrix(2, 4, seed: 1)
        let refused: [LayerEncoding] = [
            LayerEncoding(format: "int4", granularity: .group(48)),
            LayerEncoding(format: "q8_0", granularity: .channel),
            LayerEncoding(format: "int4", rangeRule: .fractionBits(3)),
            LayerEncoding(format: "int4", rangeRule: .percentile(0)),
            LayerEncoding(format: "int4", rangeRule: .percentile(.nan)),
            LayerEncoding(format: "int4", rangeRule: .clip(1.5)),
            LayerEncoding(format: "fixed8", granularity: .tensor, rangeRule: .fractionBits(1000)),
            LayerEncoding(format: "f16", granularity: .fixed, activation: "int8-token"),
            LayerEncoding(format: "int4", accumulator: Accumulator(bits: 12, overflow: .wrap)),
        ]
        for encoding in refused {
            let error = #expect(throws: KernelError.self) {
                try PackedMatrix.encode(source, encoding: encoding)
            }
            #expect(error?.description.hasSuffix(".") == true)
        }
        #expect(throws: KernelError.self) {
            try PackedMatrix.encode(source, encoding: LayerEncoding(format: "int4", activation: "int9"))
        }
    }

    @Test func impossibleShapesAreRefused() throws {
        for shape in [MatrixShape(rows: -1, columns: 4), MatrixShape(rows: .max, columns: 2)] {
            for format in FormatCatalogue.all {
                #expect(throws: KernelError.self) {
                    try format.layout(of: shape, encoding: format.defaultEncoding)
                }
            }
        }
        #expect(throws: KernelError.self) { try Samples.matrix(2, 2, values: [1, 2, 3]) }
    }
}
