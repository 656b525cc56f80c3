import Foundation
import NibbleTestSupport

/// A folder of vectors made by other programs: MANIFEST.json and the arrays that it names.
struct GoldenFolder: Sendable {
    let place: URL
    let cases: [GoldenCase]

    /// The folder in the environment variable NIBBLE_GOLDEN if that is set, else the committed one.
    static let chosen: Result<GoldenFolder, GoldenProblem> = {
        let named = ProcessInfo.processInfo.environment["NIBBLE_GOLDEN"].map { URL(fileURLWithPath: $0) }
        return read(named ?? RepositoryPaths.root.appendingPathComponent("Tests/NibbleKernelsTests/Golden"))
    }()

    private static func read(_ place: URL) -> Result<GoldenFolder, GoldenProblem> {
        do {
            let data = try Data(contentsOf: place.appendingPathComponent("MANIFEST.json"))
            let manifest = try JSONDecoder().decode(GoldenManifest.self, from: data)
            return .success(GoldenFolder(place: place, cases: manifest.cases))
        } catch {
            return .failure(GoldenProblem("\(place.path) is no folder of vectors: \(error)"))
        }
    }
}

private struct GoldenManifest: Decodable {
    let cases: [GoldenCase]
}

/// One operation with its input and what another program made of it; the id fixes the operation.
struct GoldenCase: Decodable, Sendable {
    let id: String
    let tolerance: String
    let inputs: [String: GoldenEntry]
    let outputs: [String: GoldenEntry]
}

/// An array in a file, a number, or the name of another case's file.
enum GoldenEntry: Decodable, Sendable {
    case array(file: String, type: String, shape: [Int])
    case number(Double)
    case file(String)

    private enum Keys: String, CodingKey { case file, dtype, shape }

    init(from decoder: any Decoder) throws {
        if let single = try? decoder.singleValueContainer() {
            if let number = try? single.decode(Double.self) {
                self = .number(number)
                return
            }
            if let name = try? single.decode(String.self) {
                self = .file(name)
                return
            }
        }
        let fields = try decoder.container(keyedBy: Keys.self)
        self = try .array(
            file: fields.decode(String.self, forKey: .file), type: fields.decode(String.self, forKey: .dtype),
            shape: fields.decode([Int].self, forKey: .shape))
    }
}

/// What is wrong with a folder of vectors.
struct GoldenProblem: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
