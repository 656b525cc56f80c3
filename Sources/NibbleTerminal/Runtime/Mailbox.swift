import Synchronization

/// Messages from other threads to the thread that runs the terminal; posting wakes it.
public final class Mailbox<Message: Sendable>: Sendable {
    private let messages = Mutex<[Message]>([])
    private let waker: Waker

    /// An empty mailbox that wakes a terminal through `waker`.
    public init(waker: Waker) { self.waker = waker }

    /// Posts a message from any thread.
    ///
    /// - Parameter isOutdated: whether the message makes one needless that nobody has read yet; it takes the place of
    ///   the last one of these. Of progress reports only the latest counts.
    public func post(_ message: Message, replacing isOutdated: (Message) -> Bool = { _ in false }) {
        let wasEmpty = messages.withLock { messages in
            let wasEmpty = messages.isEmpty
            if let index = messages.lastIndex(where: isOutdated) {
                messages[index] = message
            } else {
                messages.append(message)
            }
            return wasEmpty
        }
        if wasEmpty { waker.wake() }
    }

    /// Takes all messages, oldest first.
    public func takeAll() -> [Message] {
        messages.withLock { messages in
            defer { messages.removeAll() }
            return messages
        }
    }
}
