import Testing

@testable import NibbleKernels

/// What every format makes of wrong, empty and strange input: a sentence or a result, never the end of the program.
@Suite struct BadInputTests {
    /// Every format, those that are only read and those that only plans name included.
    static let formats = (FormatCatalogue.all + FormatCatalogue.readOnly + MiniFloatFormat.nonSaturating).map(
        \.name)

    /// Every shape that something is empty in.
    private static let emptyShapes = [(0, 0), (0, 7), (3, 0), (0, 256), (256, 0)]

    @Test(arguments: formats)
    func emptyMatricesHaveEveryFigure(_ name: String) throws {
        let format = try FormatCatalogue.format(named: name)
        for granularity in format.granularities {
            var encoding = format.defaultEncoding
            encoding.granularity = granularity
            for (rows, columns) in Self.emptyShapes {
                let shape = MatrixShape(rows: rows, columns: columns)
                let layout = try format.layout(of: shape, encoding: encoding)
                #expect(layout.bitsPerWeight == 0 && layout.groupsPerRow >= 0 && layout.paddingBits >= 0)
                guard format.canEncode else { continue }
                for scheme in format.activations {
                    try multiply(
                        PackedMatrix.encode(Samples.matrix(rows, columns, values: []), encoding: encoding),
                        Arithmetic(activation: scheme))
                }
            }
        }
    }

    /// Products of an empty matrix are zeros, one for each row.
    private func multiply(_ packed: PackedMatrix, _ arithmetic: Arithmetic) throws {
        for tokens in [0, 1, 20] {
            let input = [Float](repeating: 1, count: tokens * packed.shape.columns)
            let (output, report) = try packed.product(input, tokenCount: tokens, arithmetic)
            #expect(output == [Float](repeating: 0, count: tokens * packed.shape.rows))
            #expect(report.nonFiniteValues.count == 0 && report.accumulatorOverflows.count == 0)
        }
        #expect(packed.packedBytes().count == packed.layout.byteCount)
        #expect(try packed.decoded().bytes.count == 0)
        for row in 0..<packed.shape.rows {
            #expect(packed.decode(row: row) == [] && packed.codes(row: row) == [])
        }
    }

    @Test(arguments: formats)
    func impossibleShapesAreRefused(_ name: String) throws {
        let format = try FormatCatalogue.format(named: name)
        for (rows, columns) in [
            (-1, 4), (4, -1), (.min, .min), (.max, 2), (2, .max), (.max, .max), (1 << 55, 1), (1, 1 << 56),
            (1 << 31, 1 << 31),
        ] {
            let shape = MatrixShape(rows: rows, columns: columns)
            for granularity in format.granularities {
                var encoding = format.defaultEncoding
                encoding.granularity = granularity
                let error = #expect(throws: KernelError.self) {
                    try format.layout(of: shape, encoding: encoding)
                }
                #expect(error?.description.contains("does not fit any memory") == true)
            }
            #expect(throws: KernelError.self) {
                try FloatMatrix(
                    shape: shape, storage: .f64, bytes: UnsafeRawBufferPointer(start: nil, count: 0),
                    owner: ByteStorage(count: 0))
            }
        }
        // The largest that passes must not overflow in any figure.
        let edge = try format.layout(
            of: MatrixShape(rows: 1 << 20, columns: 1 << 27), encoding: format.defaultEncoding)
        #expect(edge.bitsPerWeight > 0 && edge.paddingBits >= 0)
    }

    /// The bytes lead nowhere: the matrix must be refused before the first is read.
    @Test(arguments: FormatCatalogue.all.map(\.name))
    func matricesLargerThanMemoryAreRefusedWithBothFigures(_ name: String) throws {
        let format = try FormatCatalogue.format(named: name)
        let shape = MatrixShape(rows: 1 << 23, columns: 1 << 23)
        let nowhere = UnsafeRawBufferPointer(
            start: UnsafeRawPointer(bitPattern: 4096), count: shape.elementCount * 8)
        let source = try FloatMatrix(
            shape: shape, storage: .f64, bytes: nowhere, owner: ByteStorage(count: 0))
        let error = #expect(throws: KernelError.self) {
            try PackedMatrix.encode(source, encoding: format.defaultEncoding)
        }
        guard case .outOfMemory(let sentence) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        let needed = try format.layout(of: shape, encoding: format.defaultEncoding).byteCount
        #expect(
            sentence.hasPrefix("A 8388608 × 8388608 matrix of \(name) takes \(MachineMemory.text(needed)),")
        )
        #expect(
            sentence.contains("this machine has \(MachineMemory.text(MachineMemory.byteCount)) of memory"))
    }

    @Test func memoryIsToldInDecimalUnits() {
        #expect(MachineMemory.text(999) == "999 bytes")
        #expect(MachineMemory.text(1000) == "1.0 KB")
        #expect(MachineMemory.text(8_359_000_000) == "8.3 GB")
        #expect(MachineMemory.text(.max) == "9.2 EB")
        #expect(MachineMemory.byteCount > 1 << 24)
    }

    @Test func decodingMoreThanMemoryIsRefused() throws {
        let shape = MatrixShape(rows: 1 << 23, columns: 1 << 23)
        let count = try FormatCatalogue.format(named: "q1_0").layout(
            of: shape, encoding: FormatCatalogue.format(named: "q1_0").defaultEncoding
        ).byteCount
        let nowhere = UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: 4096), count: count)
        let packed = try PackedMatrix.wrapping(
            format: "q1_0", shape: shape, bytes: nowhere, owner: ByteStorage(count: 0))
        let error = #expect(throws: KernelError.self) { try packed.decoded() }
        #expect(error?.description.contains("281.4 TB") == true)
    }

    @Test(arguments: FormatCatalogue.all.map { KernelCase(encoding: $0.defaultEncoding) })
    func shapesThatDoNotMatchAreRefused(_ item: KernelCase) throws {
        let packed = try PackedMatrix.encode(Samples.matrix(3, 40, seed: 1), encoding: item.encoding)
        for (activations, tokens, outputs) in [
            (39, 1, 3), (40, 1, 2), (40, 2, 3), (40, -1, 3), (0, 0, 3), (80, 2, 7), (40, .max, 3),
        ] {
            var output = [Float](repeating: 7, count: outputs)
            let error = #expect(throws: KernelError.self) {
                var span = output.mutableSpan
                try packed.multiply(
                    [Float](repeating: 0, count: activations).span, tokenCount: tokens, into: &span)
            }
            #expect(error?.description.contains("3 × 40") == true && output.allSatisfy { $0 == 7 })
        }
        #expect(throws: KernelError.self) {
            try PackedMatrix.encode(
                Samples.matrix(3, 40, seed: 1), encoding: item.encoding, importance: [1, 2, 3])
        }
    }

    /// Strange weights beside strange activations, of every scheme and for one and many tokens.
    @Test(arguments: KernelCase.standardProducts)
    func strangeNumbersAreMultipliedAndCounted(_ item: KernelCase) throws {
        let strange: [Float] = [
            .nan, -.nan, .signalingNaN, .infinity, -.infinity, .greatestFiniteMagnitude,
            -.greatestFiniteMagnitude, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, 0, -0.0,
            .leastNormalMagnitude, 1e30, -1e-30, 65504, 65536,
        ]
        let columns = 257
        var weights = Samples.normal(4 * columns, seed: 5)
        for (index, value) in strange.enumerated() {
            weights[index * 16] = value
            weights[columns + index] = value
        }
        for column in 0..<columns { weights[2 * columns + column] = strange[column % strange.count] }
        let packed = try PackedMatrix.encode(
            Samples.matrix(4, columns, values: weights), encoding: item.encoding)
        for tokens in [1, 3, 17] {
            var input = Samples.normal(tokens * columns, seed: 6)
            for (index, value) in strange.enumerated() { input[index * tokens * 16] = value }
            let (output, report) = try packed.product(input, tokenCount: tokens, item.arithmetic)
            #expect(output.count == tokens * 4)
            // Five activations are not finite.
            #expect(report.nonFiniteValues.count >= 5)
            // The last token of several, and the last row, know nothing of the strange ones.
            if tokens == 1, packed.decode(row: 3).allSatisfy(\.isFinite) {
                let calm = try packed.product(
                    Samples.normal(columns, seed: 7), tokenCount: 1, item.arithmetic)
                #expect(calm.output[3].isFinite)
            }
        }
    }

    /// One column, one less and one more than every block: no row length is forbidden.
    @Test(arguments: formats)
    func everyRowLengthHasALayout(_ name: String) throws {
        let format = try FormatCatalogue.format(named: name)
        for columns in [1, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 513] {
            let shape = MatrixShape(rows: 2, columns: columns)
            let layout = try format.layout(of: shape, encoding: format.defaultEncoding)
            #expect(layout.byteCount * 8 + layout.tensorBits >= 2 * columns)
            let figures = layout.codeBits + layout.scaleBits + layout.zeroPointBits + layout.paddingBits
            #expect(figures == layout.byteCount * 8 && layout.paddingBits >= 0)
            guard format.canEncode else { continue }
            let packed = try PackedMatrix.encode(
                Samples.matrix(2, columns, seed: 3), encoding: format.defaultEncoding)
            #expect(packed.decode(row: 1).count == columns)
        }
    }

    @Test(arguments: formats)
    func nearNamesAreOffered(_ name: String) throws {
        for typed in [name + "x", String(name.dropLast()) + "~", "_" + name] {
            guard (try? FormatCatalogue.format(named: typed)) == nil else { continue }
            let error = #expect(throws: KernelError.self) { try FormatCatalogue.format(named: typed) }
            #expect(error?.description.contains("the nearest are") == true)
        }
        for typed in ["", " ", "\u{0}", String(repeating: "q", count: 100_000), "🦙🦙"] {
            let error = #expect(throws: KernelError.self) { try FormatCatalogue.format(named: typed) }
            #expect((error?.description.count ?? 0) < 400)
        }
    }

    /// One of the vector functions with counts that don't fit each other.
    private func callWrongly(_ function: Int, _ place: inout [Float]) throws(KernelError) {
        let (three, four) = ([Float](repeating: 1, count: 3), [Float](repeating: 2, count: 4))
        let int8 = StorageEncoding(format: "int8")
        let (narrow, wide) = (try Samples.packed(2, 3, int8), try Samples.packed(2, 4, int8))
        var span = place.mutableSpan
        switch function {
        case 0: try VectorKernels.rmsNorm(three.span, weight: four.span, epsilon: 1, into: &span)
        case 1: try VectorKernels.siluMultiply(gate: &span, up: three.span)
        case 2: try VectorKernels.rotateHalves(&span, cosines: three.span, sines: three.span)
        case 3: try VectorKernels.rotateNeighbours(&span, cosines: four.span, sines: three.span)
        case 4: try VectorKernels.addScaled(three.span, factor: 1, to: &span)
        case 5: _ = try VectorKernels.dot(three.span, four.span)
        case 6: try narrow.decode(row: 0, into: &span)
        default: try wide.decode(row: 2, into: &span)
        }
    }

    @Test(arguments: 0...7)
    func vectorsThatDoNotMatchAreRefused(_ function: Int) throws {
        var place: [Float] = [1, 2, 3, 4]
        let error = #expect(throws: KernelError.self) { try callWrongly(function, &place) }
        #expect(error?.description.hasSuffix(".") == true && place == [1, 2, 3, 4])
    }

    /// Neighbours are turned by their angle, and halves by theirs.
    @Test func spansAndPointersRunTheSameCode() throws {
        var vector: [Float] = [1, 0, 0, 2]
        var span = vector.mutableSpan
        try VectorKernels.rotateNeighbours(&span, cosines: [0, -1].span, sines: [1, 0].span)
        #expect(vector == [0, 1, 0, -2])
        var added = vector.mutableSpan
        try VectorKernels.addScaled([1, 2, 3, 4].span, factor: 2, to: &added)
        #expect(vector == [2, 5, 6, 6])
        let packed = try Samples.packed(2, 4, StorageEncoding(format: "int8"))
        var row = vector.mutableSpan
        try packed.decode(row: 1, into: &row)
        #expect(vector == packed.decode(row: 1))
        #expect(
            try ReferenceMultiplication.multiply(packed, activations: vector.span, tokenCount: 1).output
                == ReferenceMultiplication.multiply(packed, activations: vector, tokenCount: 1).output)
    }

    @Test func productsLargerThanMemoryAreRefused() throws {
        let packed = try Samples.packed(2, 4, StorageEncoding(format: "int8"))
        let input: [Float] = [1, 2, 3, 4]
        #expect(try packed.product(input.span).output == packed.product(input, tokenCount: 1).output)
        for tokens in [-1, 2, .max, 1 << 45] {
            #expect(throws: KernelError.self) { try packed.product(input.span, tokenCount: tokens) }
        }
    }

    @Test func registersOfAnyWidthHaveARange() {
        for bits in [Int.min, -1, 0, 1, 64, 65, .max] {
            #expect(Accumulator(bits: bits, overflow: .wrap).range.contains(-1))
        }
        #expect(Accumulator(bits: 8, overflow: .wrap).range == -128...127)
    }

    @Test func moreThreadsThanCoresAreRefused() throws {
        let cores = ProcessorCount.active
        #expect(try WorkPool(checkedThreadCount: 1).threadCount == 1)
        #expect(try WorkPool(checkedThreadCount: cores).threadCount == cores)
        for count in [0, -3, cores + 1, .max, .min] {
            let error = #expect(throws: KernelError.self) { try WorkPool(checkedThreadCount: count) }
            #expect(error?.description.hasPrefix("\(count) threads cannot share the work") == true)
        }
        // A pool of more threads than cores, where a test wants one, works all the same.
        let packed = try Samples.encode(Samples.normal(40, seed: 1), StorageEncoding(format: "int8"))
        let input = Samples.normal(40, seed: 2)
        #expect(
            try packed.product(input, tokenCount: 1, pool: WorkPool(threadCount: 3 * cores)).output
                == packed.product(input, tokenCount: 1).output)
        #expect(WorkPool(threadCount: .min).threadCount == 1)
    }
}

extension Samples {
    /// A matrix of numbers counted from 0.
    fileprivate static func packed(
        _ rows: Int, _ columns: Int, _ encoding: StorageEncoding
    ) throws(KernelError) -> PackedMatrix {
        let values = (0..<rows * columns).map { Float($0) }
        return try PackedMatrix.encode(
            FloatMatrix(shape: MatrixShape(rows: rows, columns: columns), values: values), encoding: encoding)
    }
}
