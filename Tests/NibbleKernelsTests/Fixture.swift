import Foundation
import NibbleTestSupport

/// Arrays made by other programs; see Fixtures/README.md.
enum Fixture {
    static func bytes(_ name: String) throws -> [UInt8] {
        let folder = RepositoryPaths.root.appendingPathComponent("Tests/NibbleKernelsTests/Fixtures")
        return try Array(Data(contentsOf: folder.appendingPathComponent(name + ".bin")))
    }

    static func floats(_ name: String) throws -> [Float] {
        try words(name).map { Float(bitPattern: $0) }
    }

    static func integers(_ name: String) throws -> [Int32] {
        try words(name).map { Int32(bitPattern: $0) }
    }

    static func signedBytes(_ name: String) throws -> [Int8] {
        try bytes(name).map { Int8(bitPattern: $0) }
    }

    private static func words(_ name: String) throws -> [UInt32] {
        let bytes = try bytes(name)
        return stride(from: 0, to: bytes.count, by: 4).map { start in
            (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) }
        }
    }
}
