import Synchronization

/// Counts the matrices encoded by this process, so that tests can show that an edit encodes one layer only.
public enum EncodingCounter {
    private static let counter = Atomic<Int>(0)

    /// Matrices encoded so far.
    public static var count: Int { counter.load(ordering: .relaxed) }

    static func increment() { counter.add(1, ordering: .relaxed) }
}
