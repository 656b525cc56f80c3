import NibbleTestSupport
import Testing

@testable import NibbleKernels

/// One combination of options that every format test runs with.
struct KernelCase: CustomTestStringConvertible, Sendable {
    let encoding: StorageEncoding
    let arithmetic: Arithmetic

    /// - Parameter arithmetic: nil for the format's default.
    init(encoding: StorageEncoding, arithmetic: Arithmetic? = nil) {
        self.encoding = encoding
        self.arithmetic =
            arithmetic ?? (try? FormatCatalogue.format(named: encoding.format))?.defaultArithmetic ?? .float
    }

    var testDescription: String {
        "\(encoding.format) \(encoding.granularity) \(encoding.rangeRule) \(arithmetic.activation)"
    }

    var format: any NumericFormat {
        get throws { try FormatCatalogue.format(named: encoding.format) }
    }

    /// Whether products are made of numbers, not of codes.
    var hasFloatActivations: Bool {
        get throws { try ActivationCatalogue.scheme(named: arithmetic.activation).codeBits == nil }
    }

    /// Every format that can be encoded, those that only plans name included.
    static let formats = FormatCatalogue.all + MiniFloatFormat.nonSaturating

    /// Every format with every granularity.
    static let granularities: [KernelCase] = formats.flatMap { format in
        format.granularities.map { granularity in
            var encoding = format.defaultEncoding
            encoding.granularity = granularity
            return KernelCase(encoding: encoding)
        }
    }

    /// Every format with every granularity and range rule.
    static let rangeRules: [KernelCase] = granularities.flatMap { item -> [KernelCase] in
        let rules = (try? item.format.rangeRules) ?? []
        return rules.map { rule in
            var encoding = item.encoding
            encoding.rangeRule = rule
            return KernelCase(encoding: encoding)
        }
    }

    /// Every granularity with the schemes that its format offers.
    static let products: [KernelCase] = granularities.flatMap { item -> [KernelCase] in
        with(schemes: (try? item.format.activations) ?? [], item)
    }

    /// Every format as it is by default, with the schemes that it offers.
    static let standardProducts: [KernelCase] = formats.flatMap {
        with(schemes: $0.activations, KernelCase(encoding: $0.defaultEncoding))
    }

    /// Every format whose codes are whole numbers with every scheme there is.
    static let integerProducts: [KernelCase] = FormatCatalogue.all.filter { $0 is any IntegerCoded }.flatMap {
        with(
            schemes: ActivationCatalogue.all.filter { $0.codeBits != nil }.map(\.name),
            KernelCase(encoding: $0.defaultEncoding))
    }

    private static func with(schemes: [String], _ item: KernelCase) -> [KernelCase] {
        schemes.map { scheme in
            KernelCase(encoding: item.encoding, arithmetic: Arithmetic(activation: scheme))
        }
    }
}

/// Small matrices of seeded numbers.
enum Samples {
    /// Row lengths that don't divide: one column, around a block, the sample model's odd width.
    static let columnCounts = [1, 31, 33, 172, 257]

    static func normal(_ count: Int, seed: UInt64, deviation: Float = 1) -> [Float] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in generator.nextNormal() * deviation }
    }

    static func matrix(_ rows: Int, _ columns: Int, values: [Float]) throws -> FloatMatrix {
        try FloatMatrix(shape: MatrixShape(rows: rows, columns: columns), values: values)
    }

    static func matrix(_ rows: Int, _ columns: Int, seed: UInt64) throws -> FloatMatrix {
        try matrix(rows, columns, values: normal(rows * columns, seed: seed, deviation: 0.3))
    }

    /// Encodes one row.
    static func encode(_ row: [Float], _ encoding: StorageEncoding) throws -> PackedMatrix {
        try PackedMatrix.encode(matrix(1, row.count, values: row), encoding: encoding)
    }
}

extension PackedMatrix {
    /// Multiplies and returns the output beside the report.
    ///
    /// - Parameter arithmetic: nil for the format's default.
    func product(
        _ activations: [Float], tokenCount: Int, _ arithmetic: Arithmetic? = nil,
        pool: WorkPool = WorkPool(threadCount: 1)
    ) throws -> (output: [Float], report: KernelReport) {
        let count = tokenCount.multipliedReportingOverflow(by: shape.rows)
        var output = [Float](repeating: .nan, count: count.overflow ? 0 : max(count.partialValue, 0))
        var span = output.mutableSpan
        let report = try multiply(
            activations.span, tokenCount: tokenCount, into: &span, arithmetic: arithmetic, pool: pool)
        return (output, report)
    }
}

extension LayerOperator {
    /// Applies the operator and returns the output beside the report.
    func result(
        _ input: [Float], tokenCount: Int, pool: WorkPool = WorkPool(threadCount: 1)
    ) throws -> (output: [Float], report: KernelReport) {
        var output = [Float](repeating: .nan, count: tokenCount * shape.rows)
        var span = output.mutableSpan
        let report = try apply(input.span, tokenCount: tokenCount, into: &span, pool: pool)
        return (output, report)
    }
}
