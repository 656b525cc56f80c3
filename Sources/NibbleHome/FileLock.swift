import Foundation

/// Keeps several instances of nibble from writing the same file at once.
///
/// `flock(2)` on a file of its own: the lock goes with the process that held it, however that ended.
enum FileLock {
    /// How long another instance may hold the lock; it never takes longer than writing a small file.
    static let patience = Duration.seconds(5)

    /// Calls `body` while nobody else holds the lock.
    ///
    /// - Throws: ``HomeError/notKept(file:reason:)`` if the lock can't be had.
    static func holding<Result>(
        _ url: URL, _ body: () throws(HomeError) -> Result
    ) throws(HomeError) -> Result {
        let descriptor = open(url.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .notKept(
                file: url.path, reason: "The file cannot be written: \(String(cString: strerror(errno))).")
        }
        defer { close(descriptor) }
        let end = ContinuousClock.now + patience
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            // A file system without locks is no reason to keep nothing.
            guard errno == EWOULDBLOCK || errno == EINTR else { break }
            guard ContinuousClock.now < end else {
                throw .notKept(
                    file: url.path,
                    reason: "Another nibble holds this lock and doesn’t let go: end it or wait.")
            }
            usleep(2000)
        }
        return try body()
    }
}
