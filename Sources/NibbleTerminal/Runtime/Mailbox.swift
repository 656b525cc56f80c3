import Synchronization

/// Messages from other threads to the thread that runs the terminal; posting wakes it.
public final class Mailbox<Message: Sendable>: Sendable {
    private struct Entry: Sendable {
        var key: String?
        var message: Message
    }

    private let entries = Mutex<[Entry]>([])
    private let waker: Waker

    /// An empty mailbox that wakes a terminal through `waker`.
    public init(waker: Waker) { self.waker = waker }

    /// Posts a message from any thread.
    ///
    /// With a key the message takes the place of one with the same key that nobody has read yet: of progress
    /// reports only the latest counts.
    public func post(_ message: Message, latestFor key: String? = nil) {
        let wasEmpty = entries.withLock { entries in
            let wasEmpty = entries.isEmpty
            if let key, let index = entries.lastIndex(where: { $0.key == key }) {
                entries[index].message = message
            } else {
                entries.append(Entry(key: key, message: message))
            }
            return wasEmpty
        }
        if wasEmpty { waker.wake() }
    }

    /// Takes all messages, oldest first.
    public func takeAll() -> [Message] {
        entries.withLock { entries in
            defer { entries.removeAll() }
            return entries.map(\.message)
        }
    }
}
