import CNibbleKernels
import Dispatch

/// What this machine can do at most, measured: the figures that products are compared with.
public struct MachineProbe: Sendable {
    /// Bytes a second that all threads together read from memory.
    public let readBytesPerSecond: Double
    /// Multiplications and additions a second in f32, by fused multiply-add in vectors.
    public let floatOperationsPerSecond: Double
    /// Multiplications and additions a second of bytes, summed in 16 bits in vectors.
    public let byteOperationsPerSecond: Double

    /// Memory that no cache holds.
    private static let byteCount = 256 << 20
    private static let rounds = 2_000_000

    /// Measures for some tenths of a second with all threads of a pool; each figure is the best of five.
    ///
    /// - Throws: ``KernelError/outOfMemory(_:)`` if there is no memory to read.
    public static func measure(pool: WorkPool) throws(KernelError) -> MachineProbe {
        let memory = try ByteStorage(count: byteCount, for: "The memory that the probe reads")
        memory.pointer.initializeMemory(as: UInt8.self, repeating: 1)
        let threads = pool.threadCount
        let part = byteCount / threads
        let read = seconds(pool) { thread in
            blackHole(nibble_read_memory(memory.bytes.baseAddress! + thread * part, part))
        }
        let floats = seconds(pool) { _ in blackHole(nibble_multiply_floats(rounds)) }
        let codes = seconds(pool) { _ in blackHole(nibble_multiply_bytes(rounds)) }
        let operations = 2 * Double(rounds * threads)
        return MachineProbe(
            readBytesPerSecond: Double(part * threads) / read,
            floatOperationsPerSecond: operations * Double(NIBBLE_PROBE_FLOATS) / floats,
            byteOperationsPerSecond: operations * Double(NIBBLE_PROBE_BYTES) / codes)
    }

    /// The shortest of five runs in which every thread does its part once.
    private static func seconds(_ pool: WorkPool, _ body: @Sendable (Int) -> Void) -> Double {
        let times = (0..<5).map { _ in
            let start = DispatchTime.now().uptimeNanoseconds
            pool.run(count: pool.threadCount, body)
            return Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
        }
        return max(times.min() ?? 1, 1e-9)
    }

    /// Keeps a result from being left out.
    @inline(never)
    private static func blackHole<Value>(_ value: Value) {}
}
