/// Something that a screen needs and a job finds out: what was asked for, what has come, and how far it is.
///
/// Every change of the state ends with a look at what the screen needs; ``request(_:)`` says whether that is new.
///
///     if wanted.request(key) { start(SomeJob(key)) }       // in the update
///     wanted.receive(value, of: key)                       // in the job's `receive`
struct Wanted<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    /// What was asked for last.
    private(set) var requested: Key?
    /// The newest that has come; it may be of an older request, until the new one brings something.
    private(set) var value: Value?
    /// How far the newest request is.
    private(set) var state = RunState.idle

    /// Notes that `key` is needed; true if that was not asked for yet, and a job must start.
    mutating func request(_ key: Key) -> Bool {
        guard key != requested else { return false }
        restart(key)
        return true
    }

    /// Notes that a job starts for `key`, whatever was asked for before.
    mutating func restart(_ key: Key) {
        requested = key
        state = .running
    }

    /// Takes what has come of a request, unless another was made since.
    mutating func receive(_ value: Value, of key: Key) {
        guard key == requested else { return }
        self.value = value
    }

    /// Notes that all has come that comes of a request, or why nothing does.
    mutating func end(_ problem: String?, of key: Key) {
        guard key == requested else { return }
        state = problem.map(RunState.failed) ?? .ended
    }

    /// Notes that nothing comes of the newest request, or of any other, and takes away what has come.
    mutating func fail(_ problem: String) {
        state = .failed(problem)
        value = nil
    }

    /// Notes that a person has ended the work; what has come stays.
    mutating func stop() { if state.isRunning { state = .stopped } }

    /// Notes that what was asked for is needed no longer: asked for again, it is new.
    mutating func withdraw() {
        requested = nil
        state = .idle
    }

    /// Takes away what has come: it must not be shown any longer.
    mutating func forget() { value = nil }
}
