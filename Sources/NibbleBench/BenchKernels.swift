import ArgumentParser
import NibbleCommandLine
import NibbleKernels

/// `nibble bench kernels`: how fast packed matrices are multiplied, beside what the machine can do.
struct BenchKernels: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernels",
        abstract: "Products with a layer, format by format, beside the machine's read bandwidth and peak.",
        discussion: """
            Before each run the caches are emptied, as other layers would. The last columns are shares of what the same threads \
            read from memory, and multiply in vectors of floats (float activations) or bytes (all others), measured in this run.
            """)

    @OptionGroup var options: BenchOptions

    @Option(help: "Threads; may be given several times, one and all cores unless given.")
    var threads: [Int] = []

    @Option(help: "Tokens multiplied at a time; may be given several times, 1 and 64 unless given.")
    var tokens: [Int] = []

    @Option(help: "Rows x columns; may be given several times, 2048x5632 unless given.")
    var shape: [String] = []

    @Option(help: "An activation scheme for all formats; each format's own unless given.")
    var activation: String?

    @Option(help: "Folder for the layer's file (23 MB).")
    var scratch: String?

    func validate() throws {
        for count in threads { try Arguments.check(threads: count) }
        guard tokens.allSatisfy({ (1...4096).contains($0) }) else {
            throw ValidationError("--tokens takes 1 to 4096.")
        }
        for text in shape { _ = try Self.shape(text) }
        if let activation { try Arguments.usage { _ = try ActivationCatalogue.scheme(named: activation) } }
    }

    private static func shape(_ text: String) throws -> MatrixShape {
        let sides = text.lowercased().split(separator: "x").compactMap { Int($0) }
        guard sides.count == 2, sides.allSatisfy({ (1...65536).contains($0) }) else {
            throw ValidationError("--shape takes rows x columns of 1 to 65536, such as 768x2048.")
        }
        return MatrixShape(rows: sides[0], columns: sides[1])
    }

    func run() throws {
        Interruption.listen()
        options.show(try measure())
    }

    /// A table for each shape.
    func measure() throws -> [BenchResult] {
        let all = WorkPool.shared.threadCount
        let pools = (threads.isEmpty ? Array(Set([1, all])).sorted() : threads).map {
            WorkPool(threadCount: $0)
        }
        let probes = try pools.map { ($0, try MachineProbe.measure(pool: $0)) }
        let shapes = try shape.isEmpty ? [BenchLayer.shape] : shape.map(Self.shape)
        return try shapes.map { shape in
            try BenchLayer.with(scratch: scratch, shape: shape) { try table($0, probes) }
        } + [machine(probes)]
    }

    private func machine(_ probes: [(WorkPool, MachineProbe)]) -> BenchResult {
        var result = BenchResult(
            "machine", subject: "at most, in this run",
            columns: ["threads", "read_gigabytes_per_s", "float_gigaops_per_s", "byte_gigaops_per_s"])
        result.rows = probes.map { pool, probe in
            [
                .count(pool.threadCount), .number(probe.readBytesPerSecond / 1e9),
                .number(probe.floatOperationsPerSecond / 1e9), .number(probe.byteOperationsPerSecond / 1e9),
            ]
        }
        return result
    }

    private func table(_ source: FloatMatrix, _ probes: [(WorkPool, MachineProbe)]) throws -> BenchResult {
        var result = BenchResult(
            "kernels", subject: "\(source.shape.rows) x \(source.shape.columns)",
            columns: [
                "format", "activation", "threads", "tokens", "ms", "gigabytes_per_s", "gigaops_per_s",
                "of_bandwidth", "of_peak",
            ])
        let caches = [UInt8](repeating: 1, count: 96 << 20)
        for format in try options.formats {
            var arithmetic = format.defaultArithmetic
            if let activation { arithmetic.activation = activation }
            let packed = try PackedMatrix.encode(source, encoding: format.defaultEncoding)
            let layer = try LayerOperator(weights: packed, arithmetic: arithmetic)
            for (pool, probe) in probes {
                for tokens in tokens.isEmpty ? [1, 64] : tokens {
                    result.rows.append(try row(layer, tokens: tokens, pool, probe, emptying: caches))
                }
            }
        }
        return result
    }

    private func row(
        _ layer: LayerOperator, tokens: Int, _ pool: WorkPool, _ probe: MachineProbe, emptying caches: [UInt8]
    ) throws -> [BenchValue] {
        let shape = layer.shape
        let activations = (0..<tokens * shape.columns).map { Float(($0 * 7919) % 2001 - 1000) / 1000 }
        var output = [Float](repeating: 0, count: tokens * shape.rows)
        var sum: UInt64 = 0
        func multiply() throws {
            var span = output.mutableSpan
            _ = try layer.apply(activations.span, tokenCount: tokens, into: &span, pool: pool)
        }
        try multiply()
        let times = try (0..<options.repetitions).map { _ in
            for line in stride(from: 0, to: caches.count, by: 64) { sum &+= UInt64(caches[line]) }
            return try Stopwatch.milliseconds(multiply)
        }
        let time = sum > 0 ? Stopwatch.median(times) : 0
        let bytes = Double(layer.weights.layout.byteCount) / time * 1000
        let operations = 2 * Double(shape.elementCount) * Double(tokens) / time * 1000
        let isFloat = try ActivationCatalogue.scheme(named: layer.arithmetic.activation).codeBits == nil
        let peak = isFloat ? probe.floatOperationsPerSecond : probe.byteOperationsPerSecond
        return [
            .text(layer.weights.format.name), .text(layer.arithmetic.activation), .count(pool.threadCount),
            .count(tokens), .number(time), .number(bytes / 1e9), .number(operations / 1e9),
            .number(bytes / probe.readBytesPerSecond), .number(operations / peak),
        ]
    }
}
