import Foundation
import NibbleJSON
import NibbleText

/// A model's `config.json`, with typed access by dotted path (`rope_parameters.rope_theta`).
public struct ConfigurationFile: Sendable, Equatable {
    /// The file's usual name.
    public static let fileName = "config.json"
    /// Longest file that is read.
    static let byteLimit = 16 << 20

    /// Name for errors.
    public let file: String
    /// The whole tree; always an object.
    public let root: JSONValue

    /// What the file itself calls a value, where it isn't the key of `config.json`.
    private let namesInFile: [String: String]

    /// `architectures`: the class names that the model was saved from.
    public var architectures: [String] { root["architectures"]?.array?.compactMap(\.string) ?? [] }

    /// `model_type`: the family's name, for example `llama`.
    public var modelType: String? { root["model_type"]?.string }

    /// Reads a configuration from the bytes of a `config.json`.
    /// - Throws: `CheckpointError.configuration` with the place of the first fault.
    public init(_ bytes: UnsafeRawBufferPointer, file: String = fileName) throws(CheckpointError) {
        guard bytes.count <= Self.byteLimit else {
            throw .configuration(
                file: file, problem: "it has \(bytes.count) bytes, too many for a configuration")
        }
        do throws(JSONError) { root = try JSONParser.parse(bytes, options: .python) } catch {
            throw .configuration(
                file: file, problem: "it is not valid JSON (\(error)). Correct it or download it again")
        }
        guard root.object != nil else {
            throw .configuration(file: file, problem: "it holds \(root.phrase) where an object should stand")
        }
        self.file = file
        namesInFile = [:]
    }

    /// A configuration that another kind of file holds, with the names that it has for these keys.
    public init(_ members: [String: JSONValue], names: [String: String], file: String) {
        root = .object(JSONObject(members))
        namesInFile = names
        self.file = file
    }

    /// What the file calls the value at `path`, for a sentence about it.
    public func name(of path: String) -> String { (namesInFile[path] ?? path).printable(limit: 200) }

    /// Reads `config.json` in `folder`; nil if there is none.
    /// - Throws: `CheckpointError`.
    public static func openIfPresent(in folder: URL) throws(CheckpointError) -> ConfigurationFile? {
        let path = folder.appendingPathComponent(fileName).path
        let file: MappedFile
        do throws(CheckpointError) { file = try WeightFile.openAny(path) } catch {
            if case .location(_, .missing) = error { return nil }
            throw error
        }
        return try withExtendedLifetime(file) { () throws(CheckpointError) in
            try ConfigurationFile(file.bytes)
        }
    }

    /// The value at `path`, keys joined by dots; nil where it is absent or null.
    public subscript(path: String) -> JSONValue? {
        var value = root
        for key in path.split(separator: ".") {
            guard let next = value.present(String(key)) else { return nil }
            value = next
        }
        return value
    }

    /// The whole number at `path`; nil where it is absent or null.
    /// - Throws: `CheckpointError.configuration` if something else stands there.
    public func integer(_ path: String) throws(CheckpointError) -> Int? {
        try value(path, "a whole number", \.integer)
    }

    /// The number at `path`; nil where it is absent or null.
    /// - Throws: `CheckpointError.configuration` if something else stands there.
    public func number(_ path: String) throws(CheckpointError) -> Double? {
        try value(path, "a number", \.number)
    }

    /// The truth value at `path`; nil where it is absent or null.
    /// - Throws: `CheckpointError.configuration` if something else stands there.
    public func boolean(_ path: String) throws(CheckpointError) -> Bool? {
        try value(path, "true or false", \.boolean)
    }

    /// The text at `path`; nil where it is absent or null.
    /// - Throws: `CheckpointError.configuration` if something else stands there.
    public func string(_ path: String) throws(CheckpointError) -> String? {
        try value(path, "a text", \.string)
    }

    /// The whole number at `path`, which must be there and lie in `range`.
    /// - Throws: `CheckpointError.configuration` otherwise.
    public func requiredInteger(_ path: String, in range: ClosedRange<Int>) throws(CheckpointError) -> Int {
        guard let number = try integer(path) else {
            throw .configuration(file: file, problem: "\(name(of: path)) is missing")
        }
        guard range.contains(number) else {
            throw .configuration(
                file: file,
                problem: "\(name(of: path)) is \(number), outside \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private func value<Value>(
        _ path: String, _ wanted: String, _ convert: (JSONValue) -> Value?
    ) throws(CheckpointError) -> Value? {
        guard let found = self[path] else { return nil }
        guard let value = convert(found) else {
            throw .configuration(
                file: file, problem: "\(name(of: path)) should be \(wanted), but it is \(found.phrase)")
        }
        return value
    }
}
