import Foundation
import NibbleHome
import Synchronization

/// Reads and writes plans so that nobody's work is lost: what was written since by another instance of nibble, in an
/// editor, or for something else altogether, is found before it is replaced.
///
/// The keeper remembers what this process last read from each file or wrote to it. A file with other bytes is left alone
/// and handed out, unless they are the ones that the user agreed to replace.
///
///     let keeper = PlanKeeper(store: StateStore())
///     let plan = try keeper.load(file)
///     switch try keeper.save(edited, to: file) {
///     case .saved: break
///     case .found(let found): …                            // ask, then save(edited, to: file, replacing: found.bytes)
///     }
public final class PlanKeeper: Sendable {
    /// What has come of saving.
    public enum Outcome: Hashable, Sendable {
        /// The plan is in its file.
        case saved
        /// Nothing was written: somebody else wrote this file.
        case found(FoundPlanFile)
    }

    /// Where plans are kept from one start to the next.
    public let store: StateStore
    /// The bytes of each file as this process last read or wrote them.
    private let known = Mutex<[String: Data]>([:])
    /// Tells this process's files from those of others.
    let session = String(UInt64.random(in: 0...UInt64.max), radix: 36)

    /// A keeper that has read nothing yet.
    public init(store: StateStore) { self.store = store }

    private static func key(_ file: URL) -> String { file.standardizedFileURL.resolvingSymlinksInPath().path }

    func note(_ bytes: Data?, at file: URL) { known.withLock { $0[Self.key(file)] = bytes } }

    /// What this process last read from a file or wrote to it.
    func knownBytes(at file: URL) -> Data? { known.withLock { $0[Self.key(file)] } }

    /// The plan in a file.
    ///
    /// - Throws: ``PlanError`` that names the file and, where it can, the line.
    public func load(_ file: URL) throws(PlanError) -> Plan {
        let bytes: Data
        do { bytes = try TextFile.read(file, limit: PlanReader.largestFile) } catch {
            throw PlanError(file: file.lastPathComponent, error.reason)
        }
        let plan = try Plan.parse(bytes, file: file.lastPathComponent)
        note(bytes, at: file)
        return plan
    }

    /// Writes a plan to a file, with the comments that stand there.
    ///
    /// - Parameter agreed: bytes that may be replaced although somebody else wrote them.
    /// - Throws: ``PlanError`` that names the file and the reason.
    public func save(_ plan: Plan, to file: URL, replacing agreed: Data? = nil) throws(PlanError) -> Outcome {
        // Without a folder to lock in there is no other instance that would look at the lock.
        let locked: Result<Outcome, PlanError>? = try? store.exclusively {
            Result { () throws(PlanError) in try write(plan, to: file, replacing: agreed) }
        }
        guard let locked else { return try write(plan, to: file, replacing: agreed) }
        return try locked.get()
    }

    /// The bytes that stand in a file; nil if there is none.
    private func bytes(at file: URL) throws(PlanError) -> Data? {
        var status = stat()
        // Of what is no regular file the writer says why it isn't written.
        guard stat(file.path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        do { return try TextFile.read(file, limit: 64 << 20) } catch {
            throw PlanError(file: file.lastPathComponent, error.reason)
        }
    }

    private func write(
        _ plan: Plan, to file: URL, replacing agreed: Data?
    ) throws(PlanError) -> Outcome {
        var yaml = plan.yaml
        if let there = try bytes(at: file) {
            let (known, planThere) = (knownBytes(at: file), try? Plan.parse(there, file: nil))
            let base = known.flatMap { try? Plan.parse($0, file: nil) }
            // Other comments alone are no other plan.
            let isOurs = known == there || planThere != nil && planThere == base
            guard isOurs || there == agreed else { return .found(FoundPlanFile(file, there, base: base)) }
            if base != nil, planThere != nil, let earlier = String(validatingUTF8Bytes: there) {
                if let kept = PlanWriter.yaml(plan, keepingCommentsOf: earlier) {
                    yaml = kept
                } else if there != agreed {
                    return .found(FoundPlanFile(file, there, base: base, losesComments: true))
                }
            }
        }
        let bytes = Data(yaml.utf8)
        do { try TextFile.write(bytes, to: file) } catch {
            throw PlanError(file: file.lastPathComponent, error.reason)
        }
        note(bytes, at: file)
        return .saved
    }
}
