import Foundation
import NibbleCheckpoints
import NibbleTestSupport
import Testing

/// A small checkpoint with the numbers that the transformers library computed for it in float32.
struct FixtureReference: Sendable, CustomTestStringConvertible {
    /// The folder of `config.json`, weights and `reference.safetensors`.
    let folder: URL

    var name: String { folder.lastPathComponent }
    var testDescription: String { name }

    /// The fixtures of this repository and, where `NIBBLE_FIXTURES` names a folder, those in it: every folder that has a
    /// configuration and a reference, whatever it is called.
    static let all: [FixtureReference] = {
        let own = RepositoryPaths.root.appendingPathComponent("Tests/NibbleTransformersTests/Fixtures")
        let given = ProcessInfo.processInfo.environment["NIBBLE_FIXTURES"].map { URL(fileURLWithPath: $0) }
        var seen: Set<String> = []
        return [own, given].compactMap(\.self).flatMap(folders).filter { seen.insert($0.name).inserted }
    }()

    private static func folders(in folder: URL) -> [FixtureReference] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().map { folder.appendingPathComponent($0) }.filter { place in
            ["config.json", "reference.safetensors"].allSatisfy {
                FileManager.default.fileExists(atPath: place.appendingPathComponent($0).path)
            }
        }.map(FixtureReference.init)
    }

    /// The reference's tensors.
    func open() throws -> Checkpoint {
        try Checkpoint.open(folder.appendingPathComponent("reference.safetensors"))
    }

    /// Runs `body` with a copy of the folder whose `config.json` is another file of it.
    func withConfiguration<Result>(_ name: String, _ body: (URL) throws -> Result) throws -> Result {
        try TemporaryFolder.with(self.name) { place in
            let copy = place.appendingPathComponent(self.name)
            try FileManager.default.copyItem(at: folder, to: copy)
            try FileManager.default.removeItem(at: copy.appendingPathComponent("config.json"))
            try FileManager.default.copyItem(
                at: copy.appendingPathComponent(name), to: copy.appendingPathComponent("config.json"))
            return try body(copy)
        }
    }
}

extension Checkpoint {
    /// Whole numbers of 64 bits.
    func integers(_ name: String) throws -> [Int] {
        try tensor(named: name).withUnsafeBytes { bytes in
            (0..<bytes.count / 8).map { Int(bytes.loadUnaligned(fromByteOffset: $0 * 8, as: Int64.self)) }
        }
    }
}
