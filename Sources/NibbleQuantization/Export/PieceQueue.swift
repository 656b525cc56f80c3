import Foundation
import Synchronization

/// Hands pieces of a file from the thread that encodes them to the one that writes them, a few at a time.
final class PieceQueue: Sendable {
    /// A piece's bytes, or why there are no more.
    typealias Piece = Result<[UInt8], any Error>

    /// Pieces that may wait: one to be written next, and one more against uneven steps.
    private static let capacity = 2

    private let state = Mutex<(pieces: [Piece], isClosed: Bool)>(([], false))
    private let free = DispatchSemaphore(value: 0)
    private let filled = DispatchSemaphore(value: 0)

    init() {
        // Not as the first value: a semaphore must not be freed below that.
        for _ in 0..<Self.capacity { free.signal() }
    }

    /// Adds a piece once there is room; false if nobody takes any more.
    func put(_ piece: Piece) -> Bool {
        free.wait()
        let isTaken = state.withLock { state in
            guard !state.isClosed else { return false }
            state.pieces.append(piece)
            return true
        }
        if isTaken { filled.signal() }
        return isTaken
    }

    /// The next piece, once there is one.
    func take() -> Piece {
        filled.wait()
        defer { free.signal() }
        return state.withLock { $0.pieces.removeFirst() }
    }

    /// Lets whoever puts pieces go: nobody takes them any more.
    func close() {
        state.withLock { $0.isClosed = true }
        free.signal()
    }
}
