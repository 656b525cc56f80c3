import CNibbleKernels
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Threads that help a caller with one job after the other.
///
/// A job is a number of chunks, each taken by whoever is free, the caller included. Helpers look out for the next job for some
/// microseconds, as the products of one token follow each other closely, and then sleep. A helper that comes late is not
/// waited for: the caller closes the job when no chunk is left, and waits only for those who are at work on one. So a helper
/// that the system has put aside for another process costs at most its own chunk.
final class WorkerTeam: Sendable {
    /// Looks before a thread sleeps, some tens of microseconds.
    private static let looks = 2000

    private let shared: SharedState

    /// Starts `helperCount` threads.
    init(helperCount: Int) {
        shared = SharedState()
        for _ in 0..<helperCount {
            let context = Unmanaged.passRetained(shared)
            var thread = pthread_t(bitPattern: 0)
            let failure = pthread_create(&thread, nil, workerMain, context.toOpaque())
            // Fewer helpers than wished for only take longer.
            guard failure == 0 else {
                context.release()
                return
            }
            pthread_detach(thread)
        }
    }

    deinit { shared.stop() }

    /// Calls `body` once for each of 0 ..< count and returns when all are done; false if another job is under way.
    func run(count: Int, _ body: @Sendable (Int) -> Void) -> Bool {
        guard shared.claim() else { return false }
        withoutActuallyEscaping(body) { body in
            withUnsafePointer(to: body) { pointer in
                shared.open(Job(body: pointer, count: count))
                shared.takeChunks(pointer.pointee, count)
                shared.close()
            }
        }
        shared.release()
        return true
    }

    /// A job under way; valid from `open` to the end of `close`.
    struct Job: @unchecked Sendable {
        let body: UnsafePointer<@Sendable (Int) -> Void>
        let count: Int
    }

    /// What the threads share.
    ///
    /// `state` counts, from the low bits: helpers at work (16 bits), whether the job is open (bit 16), the number of the job.
    final class SharedState: @unchecked Sendable {
        private static let openBit: UInt64 = 1 << 16
        private static let nextJob: UInt64 = 1 << 17
        private static let helpers: UInt64 = 0xFFFF

        private let state = Atomic<UInt64>(0)
        private let next = Atomic<Int>(0)
        private let isClaimed = Atomic<Bool>(false)
        private let isStopped = Atomic<Bool>(false)
        private let sleepers = Atomic<Int>(0)
        private let callerSleeps = Atomic<Bool>(false)
        private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        private let work = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
        private let done = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
        private var job: Job?

        init() {
            pthread_mutex_init(mutex, nil)
            pthread_cond_init(work, nil)
            pthread_cond_init(done, nil)
        }

        deinit {
            pthread_cond_destroy(work)
            pthread_cond_destroy(done)
            pthread_mutex_destroy(mutex)
            work.deallocate()
            done.deallocate()
            mutex.deallocate()
        }

        // MARK: - The caller

        func claim() -> Bool {
            isClaimed.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing)
                .exchanged
        }

        func release() { isClaimed.store(false, ordering: .releasing) }

        func open(_ job: Job) {
            self.job = job
            next.store(0, ordering: .relaxed)
            let now = state.load(ordering: .relaxed)
            state.store(
                (now & ~Self.helpers) + Self.nextJob | Self.openBit, ordering: .sequentiallyConsistent)
            if sleepers.load(ordering: .sequentiallyConsistent) > 0 { wake(work) }
        }

        func takeChunks(_ body: @Sendable (Int) -> Void, _ count: Int) {
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < count else { return }
                body(index)
            }
        }

        /// Lets no more helpers in and waits for those at work.
        func close() {
            state.bitwiseAnd(~Self.openBit, ordering: .acquiringAndReleasing)
            var looks = 0
            while state.load(ordering: .acquiring) & Self.helpers > 0 {
                looks += 1
                if looks < WorkerTeam.looks { nibble_pause() } else { sleepUntilDone() }
            }
            job = nil
        }

        private func sleepUntilDone() {
            pthread_mutex_lock(mutex)
            callerSleeps.store(true, ordering: .sequentiallyConsistent)
            while state.load(ordering: .sequentiallyConsistent) & Self.helpers > 0 {
                pthread_cond_wait(done, mutex)
            }
            callerSleeps.store(false, ordering: .relaxed)
            pthread_mutex_unlock(mutex)
        }

        func stop() {
            isStopped.store(true, ordering: .sequentiallyConsistent)
            wake(work)
        }

        private func wake(_ condition: UnsafeMutablePointer<pthread_cond_t>) {
            pthread_mutex_lock(mutex)
            pthread_cond_broadcast(condition)
            pthread_mutex_unlock(mutex)
        }

        // MARK: - A helper

        func help() {
            var last: UInt64 = 0
            while !isStopped.load(ordering: .relaxed) {
                let seen = waitForJob(after: last)
                last = seen & ~(Self.openBit | Self.helpers)
                guard join(last) else { continue }
                if let job { takeChunks(job.body.pointee, job.count) }
                leave()
            }
        }

        private func isNew(_ now: UInt64, _ last: UInt64) -> Bool {
            now & Self.openBit != 0 && now & ~(Self.openBit | Self.helpers) != last
        }

        private func waitForJob(after last: UInt64) -> UInt64 {
            for _ in 0..<WorkerTeam.looks {
                let now = state.load(ordering: .acquiring)
                if isNew(now, last) { return now }
                nibble_pause()
            }
            pthread_mutex_lock(mutex)
            defer { pthread_mutex_unlock(mutex) }
            sleepers.add(1, ordering: .sequentiallyConsistent)
            defer { sleepers.subtract(1, ordering: .sequentiallyConsistent) }
            while true {
                let now = state.load(ordering: .sequentiallyConsistent)
                if isNew(now, last) || isStopped.load(ordering: .sequentiallyConsistent) { return now }
                pthread_cond_wait(work, mutex)
            }
        }

        /// Counts this helper in, if the job is still open.
        private func join(_ number: UInt64) -> Bool {
            var now = state.load(ordering: .relaxed)
            while now & Self.openBit != 0, now & ~(Self.openBit | Self.helpers) == number {
                let (exchanged, original) = state.weakCompareExchange(
                    expected: now, desired: now + 1, successOrdering: .acquiring, failureOrdering: .relaxed)
                if exchanged { return true }
                now = original
            }
            return false
        }

        private func leave() {
            let now = state.wrappingSubtract(1, ordering: .sequentiallyConsistent).newValue
            if now & Self.helpers == 0, callerSleeps.load(ordering: .sequentiallyConsistent) { wake(done) }
        }
    }
}

/// What a helper thread runs.
private func workerMain(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    Unmanaged<WorkerTeam.SharedState>.fromOpaque(context).takeRetainedValue().help()
    return nil
}
