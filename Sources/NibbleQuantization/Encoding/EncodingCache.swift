import Foundation
import NibbleKernels
import NibbleTransformers
import Synchronization

/// Packed matrices by the weights' place in the file, their storage and the method, so that nothing is encoded twice.
///
/// How a matrix is multiplied is no part of the key: another activation scheme or accumulator encodes nothing.
/// Callers on several threads that want the same matrix wait for the first of them. What was used longest ago
/// goes when the matrices hold more than `byteLimit`; sessions that use a matrix keep it alive.
public final class EncodingCache: Sendable {
    /// What determines the bytes of a matrix.
    fileprivate struct Key: Hashable {
        let model: URL
        /// Tells the same place before and after its files were written anew.
        let identity: Int
        let source: WeightSource
        let storage: StorageEncoding
        let method: MethodChoice
    }

    /// The place of one matrix; its lock is held while somebody encodes it.
    fileprivate final class Slot: Sendable {
        let matrix = Mutex<PackedMatrix?>(nil)
    }

    fileprivate struct Entry {
        let slot: Slot
        var byteCount = 0
        var lastUse: UInt64
    }

    /// A use of an entry: its last, or one that a later use has overtaken.
    fileprivate struct Use {
        let key: Key
        let time: UInt64
    }

    fileprivate struct State {
        var entries: [Key: Entry] = [:]
        /// Uses from the oldest on; those before `firstUse` are done with.
        var uses: [Use] = []
        var firstUse = 0
        var byteCount = 0
        var clock: UInt64 = 0
        var encodedCount = 0
    }

    private let state = Mutex(State())
    /// Bytes that the cached matrices may hold beyond mapped files.
    public let byteLimit: Int

    /// An empty cache.
    public init(byteLimit: Int = 2 << 30) { self.byteLimit = byteLimit }

    /// Bytes that the cached matrices hold beyond mapped files.
    public var byteCount: Int { state.withLock(\.byteCount) }

    /// Matrices that this cache has encoded so far; borrowed ones don't count.
    public var encodedCount: Int { state.withLock(\.encodedCount) }

    /// The packed matrix of a layer, encoded if it isn't at hand.
    ///
    /// - Parameter storage: nil, or the format that the file has, gives the stored bytes, borrowed from the mapped file
    ///   (f64 is packed as f32); another encodes the values that these bytes stand for.
    /// - Throws: ``NibbleKernels/KernelError`` if the storage can't be used or the work is cancelled; ``SettingError`` for a
    ///   method that isn't known; ``NibbleTransformers/TransformerError`` or a checkpoint's error if the layer can't be read.
    public func matrix(
        for layer: LinearLayer, of model: TransformerModel, storage: StorageEncoding?,
        method: MethodChoice = .rounding, pool: WorkPool = .shared,
        cancellation: Cancellation = Cancellation(), progress: (@Sendable (Double) -> Void)? = nil
    ) throws -> PackedMatrix {
        let key = try Self.key(layer, model, storage, method)
        let slot = slot(for: key)
        let matrix = try Self.waiting(for: slot, cancellation) {
            let made =
                try Self.storedMatrix(of: layer, of: model, as: key.storage)
                ?? MethodCatalogue.method(of: method).quantize(
                    LayerJob(
                        weights: try model.source(of: layer.id), storage: key.storage, pool: pool,
                        cancellation: cancellation, progress: progress))
            if !made.isBorrowed { state.withLock { $0.encodedCount += 1 } }
            return made
        }
        keep(key, slot, matrix.residentByteCount)
        return matrix
    }

    /// The matrix if it is at hand; nil if it isn't or is being encoded.
    public func cachedMatrix(
        for layer: LinearLayer, of model: TransformerModel, storage: StorageEncoding?,
        method: MethodChoice = .rounding
    ) -> PackedMatrix? {
        guard let key = try? Self.key(layer, model, storage, method) else { return nil }
        return state.withLock { $0.entries[key]?.slot }?.matrix.withLockIfAvailable { $0 } ?? nil
    }

    private static func key(
        _ layer: LinearLayer, _ model: TransformerModel, _ storage: StorageEncoding?, _ method: MethodChoice
    ) throws -> Key {
        Key(
            model: model.location, identity: model.checkpoint.identity, source: layer.source,
            storage: try storage ?? storedEncoding(of: layer),
            method: method)
    }

    /// Forgets all matrices.
    public func removeAll() {
        state.withLock { state in
            state.entries = [:]
            (state.uses, state.firstUse) = ([], 0)
            state.byteCount = 0
        }
    }

    /// The encoding that stands for a layer as its file stores it.
    public static func storedEncoding(of layer: LinearLayer) throws(KernelError) -> StorageEncoding {
        try FormatCatalogue.format(named: layer.storedFormat).defaultEncoding
    }

    /// The bytes of the file; nil if other bytes are asked for.
    private static func storedMatrix(
        of layer: LinearLayer, of model: TransformerModel, as storage: StorageEncoding
    ) throws -> PackedMatrix? {
        try storage == storedEncoding(of: layer) ? model.storedMatrix(of: layer.id) : nil
    }

    private func slot(for key: Key) -> Slot {
        state.withLock { state in
            let entry = state.entries[key] ?? Entry(slot: Slot(), lastUse: 0)
            state.entries[key] = entry
            state.noteUse(of: key)
            return entry.slot
        }
    }

    /// The slot's matrix, made by `encode` if it is empty; waits, and can be cancelled waiting, while another
    /// thread makes it.
    private static func waiting(
        for slot: Slot, _ cancellation: Cancellation, encode: () throws -> PackedMatrix
    ) throws -> PackedMatrix {
        while true {
            try cancellation.check()
            let outcome: Result<PackedMatrix, any Error>? = slot.matrix.withLockIfAvailable { held in
                if let held { return .success(held) }
                return Result {
                    let made = try encode()
                    held = made
                    return made
                }
            }
            if let outcome { return try outcome.get() }
            Thread.sleep(forTimeInterval: 0.001)
        }
    }

    /// Counts a matrix in and lets go of the oldest ones beyond the limit.
    private func keep(_ key: Key, _ slot: Slot, _ byteCount: Int) {
        state.withLock { state in
            guard let entry = state.entries[key], entry.slot === slot else { return }
            state.byteCount += byteCount - entry.byteCount
            state.entries[key]?.byteCount = byteCount
            state.noteUse(of: key)
            while state.byteCount > byteLimit, let oldest = state.takeOldest(but: key) {
                state.byteCount -= state.entries.removeValue(forKey: oldest)?.byteCount ?? 0
            }
        }
    }
}

extension EncodingCache.State {
    /// Makes an entry the newest.
    fileprivate mutating func noteUse(of key: EncodingCache.Key) {
        clock += 1
        entries[key]?.lastUse = clock
        uses.append(EncodingCache.Use(key: key, time: clock))
        // Uses that are done with or overtaken go when they are most of the list.
        guard uses.count > 64 + 4 * entries.count else { return }
        uses = uses[firstUse...].filter { entries[$0.key]?.lastUse == $0.time }
        firstUse = 0
    }

    /// The entry with bytes in memory that was used longest ago, other than `key`; each use is looked at once.
    ///
    /// One that is still being made has no bytes; it is noted again when it is done.
    fileprivate mutating func takeOldest(but key: EncodingCache.Key) -> EncodingCache.Key? {
        while firstUse < uses.count {
            let use = uses[firstUse]
            let isLast = entries[use.key]?.lastUse == use.time
            if isLast, use.key == key { return nil }
            firstUse += 1
            if isLast, let entry = entries[use.key], entry.byteCount > 0 { return use.key }
        }
        return nil
    }
}
