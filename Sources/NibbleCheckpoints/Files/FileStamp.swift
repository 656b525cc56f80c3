import Foundation

/// What tells a file from others and from itself at another time, without reading it.
struct FileStamp: Hashable, Sendable {
    let device: UInt64
    let inode: UInt64
    let byteCount: Int
    let modified: Time
    /// When anything about the file changed, its name among others.
    let changed: Time
    let linkCount: UInt64
    /// Permissions and owners, whose change is none of the bytes.
    let access: [UInt64]

    /// A point in time as the file system keeps it.
    struct Time: Hashable, Sendable {
        let seconds: Int
        let nanoseconds: Int
    }

    init(_ status: stat) {
        device = UInt64(truncatingIfNeeded: status.st_dev)
        inode = UInt64(truncatingIfNeeded: status.st_ino)
        byteCount = Int(status.st_size)
        #if canImport(Darwin)
            let (modification, change) = (status.st_mtimespec, status.st_ctimespec)
        #else
            let (modification, change) = (status.st_mtim, status.st_ctim)
        #endif
        modified = Time(seconds: modification.tv_sec, nanoseconds: modification.tv_nsec)
        changed = Time(seconds: change.tv_sec, nanoseconds: change.tv_nsec)
        linkCount = UInt64(truncatingIfNeeded: status.st_nlink)
        access = [UInt64(status.st_mode), UInt64(status.st_uid), UInt64(status.st_gid)]
    }

    /// Whether it is the same file, whatever has become of it.
    func isSameFile(as other: FileStamp) -> Bool { (device, inode) == (other.device, other.inode) }

    /// Whether the bytes may have been written since `earlier`.
    ///
    /// A time of modification can be set back (`cp -p`, `touch -r`), the time of change cannot; but it also moves when
    /// the file gets another name, link, owner or permission. What these leave to be seen tells them apart.
    func mayHaveOtherBytes(than earlier: FileStamp, at path: FileStamp?) -> Bool {
        guard (byteCount, modified) == (earlier.byteCount, earlier.modified) else { return true }
        let isUnexplained = linkCount == earlier.linkCount && access == earlier.access
        return changed != earlier.changed && isUnexplained && path.map { isSameFile(as: $0) } == true
    }
}

/// What has become of a file that nibble has open.
public enum FileChange: Hashable, Sendable {
    /// It is shorter than it was.
    case cutShort(from: Int, to: Int)
    /// Some of it could no longer be read: it was shorter for a while, or its disk fails.
    case partLost
    /// Its bytes were written.
    case overwritten
    /// Another file has its name; what was opened is still as it was.
    case replaced
    /// Nothing has its name any more; what was opened is still as it was.
    case removed

    /// Whether what is in memory may no longer be what was opened.
    public var touchesBytes: Bool { self != .replaced && self != .removed }
}

/// A file of a model that is not what it was when it was opened.
public struct FileChangeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// What has become of it.
    public let change: FileChange

    /// A sentence: what happened to which file.
    public var description: String {
        let name = "The file \(path.printable)"
        return switch change {
        case .cutShort(let from, let to):
            "\(name) was cut short while nibble had it open, from \(from) to \(to) bytes: figures of it would be wrong."
        case .partLost:
            "\(name) lost a part while nibble had it open: it was cut short for a while, or its disk fails."
        case .overwritten: "\(name) was overwritten while nibble had it open: figures of it would be wrong."
        case .replaced: "\(name) was replaced by another while nibble had it open."
        case .removed: "\(name) was removed or renamed while nibble had it open."
        }
    }
}
