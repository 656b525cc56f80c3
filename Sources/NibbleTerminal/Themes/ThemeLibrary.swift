import Foundation

/// The themes that can be chosen: the built-in one and those in folders of scheme files.
public struct ThemeLibrary: Sendable {
    /// A theme with the word that chooses it.
    public struct Entry: Hashable, Sendable {
        /// The file's name without its ending, in lower case: what `--theme` takes.
        public let identifier: String
        /// The theme.
        public let theme: Theme

        /// An entry.
        public init(identifier: String, theme: Theme) {
            self.identifier = identifier
            self.theme = theme
        }
    }

    /// The themes: the built-in one first, the others by name.
    public private(set) var entries: [Entry]
    /// What was wrong with files that were skipped.
    public private(set) var problems: [ThemeError]

    /// The themes of the `.yaml` and `.yml` files in folders; folders that are missing are passed over.
    ///
    /// A file in a later folder takes the place of one with the same name in an earlier one.
    public init(folders: [URL]) {
        var found: [String: Theme] = [:]
        problems = []
        for folder in folders {
            for file in Self.files(in: folder) {
                do {
                    found[Self.identifier(of: file)] = try Self.theme(at: file)
                } catch {
                    problems.append(error)
                }
            }
        }
        let builtIn = Entry(identifier: "nibble", theme: .builtIn)
        found["nibble"] = nil
        entries =
            [builtIn]
            + found.map { Entry(identifier: $0.key, theme: $0.value) }
            .sorted {
                ($0.theme.name.lowercased(), $0.identifier) < ($1.theme.name.lowercased(), $1.identifier)
            }
    }

    /// Where the user's own themes are: `$XDG_CONFIG_HOME/nibble/themes`, else `~/.config/nibble/themes`.
    public static func userFolder(environment: [String: String]) -> URL? {
        if let folder = environment["XDG_CONFIG_HOME"], folder.hasPrefix("/") {
            return URL(fileURLWithPath: folder).appendingPathComponent("nibble/themes")
        }
        guard let home = environment["HOME"], !home.isEmpty else { return nil }
        return URL(fileURLWithPath: home).appendingPathComponent(".config/nibble/themes")
    }

    /// The theme with a name as a person writes it: an identifier or a scheme's name, in any case, with blanks or
    /// hyphens between the words.
    public func theme(named name: String) -> Theme? {
        let wanted = Self.folded(name)
        return entries.first { Self.folded($0.identifier) == wanted || Self.folded($0.theme.name) == wanted }?
            .theme
    }

    /// The theme in a file.
    ///
    /// - Throws: `ThemeError` when it can't be read or is no scheme.
    public static func theme(at file: URL) throws(ThemeError) -> Theme {
        let name = ThemeReader.clean(file.path)
        let data: Data
        do {
            let handle = try FileHandle(forReadingFrom: file)
            defer { try? handle.close() }
            data = try handle.read(upToCount: ThemeReader.largestFile + 1) ?? Data()
        } catch {
            throw .unreadable(file: name, reason: reason(error, file))
        }
        guard data.count <= ThemeReader.largestFile else { throw .tooLarge(file: name, bytes: data.count) }
        guard let text = String(validating: data, as: UTF8.self) else { throw .notText(file: name) }
        return try ThemeReader.read(text, file: file.path)
    }

    private static func reason(_ error: any Error, _ file: URL) -> String {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder) else {
            return "there is no such file"
        }
        return isFolder.boolValue ? "it is a folder" : "it may not be opened or is damaged"
    }

    private static func files(in folder: URL) -> [URL] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted()
            .map { folder.appendingPathComponent($0) }
            .filter { ["yaml", "yml"].contains($0.pathExtension.lowercased()) }
    }

    private static func identifier(of file: URL) -> String {
        ThemeReader.clean(file.deletingPathExtension().lastPathComponent).lowercased()
    }

    private static func folded(_ name: String) -> String {
        String(name.lowercased().filter { $0 != " " && $0 != "-" && $0 != "_" })
    }
}
