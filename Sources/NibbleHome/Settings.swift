import Foundation

/// Small things that are as they were left: theme, mouse, order.
///
/// Words by name in `settings.json`; names that this version doesn't know stay as they are.
public struct Settings: Hashable, Sendable {
    /// The words by their names.
    public var values: [String: String]

    /// Settings as given.
    public init(_ values: [String: String] = [:]) { self.values = values }

    /// The value of a name.
    public subscript(name: String) -> String? {
        get { values[name] }
        set { values[name] = newValue }
    }
}

extension StateStore {
    /// The file of the settings.
    public var settingsFile: URL { directory.appendingPathComponent("settings.json") }

    /// The settings as they were left; none where there is no file yet.
    ///
    /// - Throws: ``HomeError/notKept(file:reason:)`` if the file is broken; it can be ignored.
    public func settings() throws(HomeError) -> Settings {
        let object = try settingsObject()
        return Settings(object.compactMapValues { $0 as? String })
    }

    /// Changes some settings and leaves all others as they stand in the file.
    ///
    /// A file that is broken is put aside under another name.
    /// - Throws: ``HomeError/notKept(file:reason:)`` if they can't be written.
    public func change(_ changes: Settings) throws(HomeError) {
        try exclusively { () throws(HomeError) in
            var object: [String: Any] = [:]
            do { object = try settingsObject() } catch {
                rename(settingsFile.path, settingsFile.path + ".broken")
            }
            for (name, value) in changes.values { object[name] = value }
            let options: JSONSerialization.WritingOptions = [
                .prettyPrinted, .sortedKeys, .withoutEscapingSlashes,
            ]
            guard let data = try? JSONSerialization.data(withJSONObject: object, options: options) else {
                return
            }
            try write(data, to: settingsFile)
        }
    }

    private func settingsObject() throws(HomeError) -> [String: Any] {
        guard FileManager.default.fileExists(atPath: settingsFile.path) else { return [:] }
        let data: Data
        do { data = try TextFile.read(settingsFile, limit: 1 << 20) } catch {
            throw .notKept(file: settingsFile.path, reason: "The settings are left out. \(error.reason)")
        }
        guard let object = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any] else {
            throw .notKept(
                file: settingsFile.path,
                reason: "The settings are left out: the file is no JSON object. Mend or remove it.")
        }
        return object
    }
}
