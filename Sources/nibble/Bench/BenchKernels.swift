import ArgumentParser
import NibbleEvaluation
import NibbleKernels

/// `nibble bench kernels`: how fast packed matrices are multiplied.
struct BenchKernels: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernels", abstract: "Products with an 11.5 M-weight layer, format by format.")

    @OptionGroup var options: BenchOptions

    @Option(help: "Threads; may be given several times, one and all cores unless given.")
    var threads: [Int] = []

    @Option(help: "Tokens multiplied at a time; may be given several times, 1 and 64 unless given.")
    var tokens: [Int] = []

    @Option(help: "Folder for the layer's file (23 MB).")
    var scratch: String?

    func validate() throws {
        for count in threads { try Arguments.check(threads: count) }
        guard tokens.allSatisfy({ (1...4096).contains($0) }) else {
            throw ValidationError("--tokens takes 1 to 4096.")
        }
    }

    func run() throws {
        Interruption.listen()
        options.show([try measure()])
    }

    func measure() throws -> BenchResult {
        try BenchLayer.with(scratch: scratch) { source in
            var result = BenchResult(
                "kernels",
                subject: "\(source.shape.rows) x \(source.shape.columns), default activation scheme",
                columns: [
                    "format", "activation", "threads", "tokens", "ms", "gigabytes_per_s", "gigaops_per_s",
                ])
            let all = WorkPool.shared.threadCount
            let threadCounts = threads.isEmpty ? Array(Set([1, all])).sorted() : threads
            for format in try options.formats {
                let packed = try PackedMatrix.encode(source, encoding: format.defaultEncoding)
                for threads in threadCounts {
                    for tokens in tokens.isEmpty ? [1, 64] : tokens {
                        result.rows.append(try row(packed, tokens: tokens, threads: threads))
                    }
                }
            }
            return result
        }
    }

    private func row(_ packed: PackedMatrix, tokens: Int, threads: Int) throws -> [BenchValue] {
        let pool = WorkPool(threadCount: threads)
        let shape = packed.shape
        let activations = (0..<tokens * shape.columns).map { Float(($0 * 7919) % 2001 - 1000) / 1000 }
        var output = [Float](repeating: 0, count: tokens * shape.rows)
        let time = try Stopwatch.medianMilliseconds(options.repetitions) {
            var span = output.mutableSpan
            _ = try packed.multiply(activations.span, tokenCount: tokens, into: &span, pool: pool)
        }
        let operations = 2 * Double(shape.elementCount) * Double(tokens)
        return [
            .text(packed.encoding.format), .text(packed.encoding.activation), .count(threads), .count(tokens),
            .number(time), .number(Double(packed.layout.byteCount) / time / 1e6),
            .number(operations / time / 1e6),
        ]
    }
}
