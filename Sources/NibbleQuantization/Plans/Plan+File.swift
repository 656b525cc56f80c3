import Foundation
import NibbleHome

extension Plan {
    /// The plan that a YAML text describes.
    ///
    ///     version: 1
    ///     name: four bits
    ///     model: stories260K        # optional
    ///     rules:
    ///       - pattern: ".*"
    ///         setting: int4 group=32
    ///       - pattern: lm_head
    ///         setting: original
    ///
    /// - Parameter file: the name that errors mention.
    /// - Throws: ``PlanError`` that names the line and what is expected there.
    public static func parse(yaml: String, file: String? = nil) throws(PlanError) -> Plan {
        try PlanReader(file: file).read(yaml)
    }

    /// The plan as YAML, which reads back as an equal plan.
    public var yaml: String { PlanWriter.yaml(self) }

    /// The plan in a file.
    ///
    /// - Throws: ``PlanError`` that names the file and, where it can, the line.
    public static func load(_ url: URL) throws(PlanError) -> Plan {
        let name = url.lastPathComponent
        let data: Data
        do { data = try TextFile.read(url, limit: PlanReader.largestFile) } catch {
            throw PlanError(file: name, error.reason)
        }
        return try parse(data, file: name)
    }

    /// The plan in a file's bytes.
    static func parse(_ data: Data, file: String?) throws(PlanError) -> Plan {
        guard let text = String(validatingUTF8Bytes: data) else {
            throw PlanError(file: file, "The file is not text: a nibble plan is YAML in UTF-8.")
        }
        return try parse(yaml: text, file: file)
    }

    /// Writes the plan to a file, whole or not at all: what was there stays until the new file is complete.
    ///
    /// - Throws: ``PlanError`` that names the file and the reason.
    public func save(_ url: URL) throws(PlanError) {
        do { try TextFile.write(Data(yaml.utf8), to: url) } catch {
            throw PlanError(file: url.lastPathComponent, error.reason)
        }
    }
}

extension String {
    /// The text in `data`, nil if it is no UTF-8.
    init?(validatingUTF8Bytes data: Data) {
        guard let text = String(validating: data, as: UTF8.self) else { return nil }
        self = text.hasPrefix("\u{FEFF}") ? String(text.unicodeScalars.dropFirst()) : text
    }
}
