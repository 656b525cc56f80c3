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
        let refused: [StorageEncoding] = [
            StorageEncoding(format: "int4", granularity: .group(48)),
            StorageEncoding(format: "q8_0", granularity: .channel),
            StorageEncoding(format: "int4", rangeRule: .fractionBits(3)),
            StorageEncoding(format: "int4", rangeRule: .percentile(0)),
            StorageEncoding(format: "int4", rangeRule: .percentile(.nan)),
            StorageEncoding(format: "int4", rangeRule: .clip(1.5)),
            StorageEncoding(format: "fixed8", granularity: .tensor, rangeRule: .fractionBits(1000)),
        ]
        for encoding in refused {
            let error = #expect(throws: KernelError.self) {
                try PackedMatrix.encode(source, encoding: encoding)
            }
            #expect(error?.description.hasSuffix(".") == true)
        }
    }

    @Test func impossibleArithmeticIsRefused() throws {
        let narrow = Accumulator(bits: 12, overflow: .wrap)
        let range = try ActivationRange(scale: 0.5)
        let refused: [(String, Arithmetic)] = [
            ("f16", Arithmetic(activation: "int8-token")), ("int4", Arithmetic(accumulator: narrow)),
            ("int4", Arithmetic(activation: "int9")),
            ("int4", Arithmetic(activation: "int8-token", range: range)),
        ]
        for (name, arithmetic) in refused {
            let format = try FormatCatalogue.format(named: name)
            let weights = try PackedMatrix.encode(
                Samples.matrix(2, 4, seed: 1), encoding: format.defaultEncoding)
            let error = #expect(throws: KernelError.self) {
                try LayerOperator(weights: weights, arithmetic: arithmetic)
            }
            #expect(error?.description.hasSuffix(".") == true)
            #expect(throws: KernelError.self) { try format.check(arithmetic) }
            #expect(throws: KernelError.self) {
                try weights.product([1, 2, 3, 4], tokenCount: 1, arithmetic)
            }
            #expect(throws: KernelError.self) {
                try ReferenceMultiplication.multiply(
                    weights, activations: [1, 2, 3, 4], tokenCount: 1, arithmetic: arithmetic)
            }
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
