import Foundation
import NibbleHome
import NibbleTestSupport
import Testing

/// Folders, names of models, and the log.
@Suite struct PlacesTests {
    private static let model = RepositoryPaths.root.appendingPathComponent(
        "Tests/NibbleTransformersTests/Fixtures/llama-tied")

    @Test func dataFoldersAreLookedThroughInOrder() throws {
        try TemporaryFolder.with { root in
            let places = ["named", "home", "prefix/bin", "prefix/share/nibble", "checkout/.build/release"]
            for place in places + ["named/Themes", "prefix/share/nibble/SampleModels", "checkout/Themes"] {
                try FileManager.default.createDirectory(
                    at: root.appendingPathComponent(place), withIntermediateDirectories: true)
            }
            try Data().write(to: root.appendingPathComponent("checkout/Package.swift"))
            func path(_ place: String) -> String {
                root.appendingPathComponent(place).standardizedFileURL.path
            }
            let installed = try DataFolders(
                dataDirectory: path("named"), environment: ["NIBBLE_HOME": path("home")],
                executable: root.appendingPathComponent("prefix/bin/nibble"))
            #expect(
                installed.folders.map(\.standardizedFileURL.path)
                    == ["named", "home", "prefix/bin", "prefix/share/nibble"].map(path))
            #expect(installed.themeFolders.map(\.standardizedFileURL.path) == [path("named/Themes")])
            #expect(installed.sampleModelFolders.count == 1 && installed.sampleModels.isEmpty)
            let built = try DataFolders(
                environment: [:], executable: root.appendingPathComponent("checkout/.build/release/nibble"))
            #expect(built.themeFolders.map(\.standardizedFileURL.path) == [path("checkout/Themes")])
            #expect(throws: HomeError.self) {
                _ = try DataFolders(dataDirectory: path("nowhere"), environment: [:], executable: nil)
            }
        }
    }

    @Test func modelsAreFoundByPathAndByName() throws {
        try TemporaryFolder.with { root in
            let samples = root.appendingPathComponent("SampleModels")
            try FileManager.default.createDirectory(at: samples, withIntermediateDirectories: true)
            try FileManager.default.copyItem(at: Self.model, to: samples.appendingPathComponent("tiny"))
            let folders = try DataFolders(dataDirectory: root.path, environment: [:], executable: nil)
            let found = try ModelLocator.locate("tiny", folders: folders, environment: [:])
            #expect(found.lastPathComponent == "tiny" && found.path.hasPrefix(samples.path))
            #expect(
                try ModelLocator.locate(Self.model.path, folders: folders, environment: [:]).path
                    == Self.model.path)
            let error = #expect(throws: HomeError.self) {
                _ = try ModelLocator.locate("tyni\u{1B}", folders: folders, environment: [:])
            }
            #expect(error?.description.contains("tyni\\u{1B}") == true)
            #expect(error?.description.contains("sample model: tiny") == true)
        }
    }

    @Test func theLogKeepsItsSizeAndNeverFails() throws {
        try TemporaryFolder.with { root in
            let log = EventLog(environment: ["XDG_STATE_HOME": root.path], sizeLimit: 2000)
            log.write("first\nline \u{1B}[31m")
            let text = try String(contentsOf: log.file, encoding: .utf8)
            #expect(text.hasSuffix(" first line \\u{1B}[31m\n"))
            for index in 0..<200 { log.write("event \(index)") }
            let old = URL(fileURLWithPath: log.file.path + ".1")
            #expect(try Data(contentsOf: log.file).count <= 2000 && Data(contentsOf: old).count <= 2000)
            #expect(try String(contentsOf: log.file, encoding: .utf8).contains("event 199"))
            let blocked = EventLog(environment: ["XDG_STATE_HOME": log.file.path])
            blocked.write("nowhere to go")
            #expect(!FileManager.default.fileExists(atPath: blocked.file.path))
        }
    }
}
