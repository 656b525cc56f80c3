import Foundation
import NibbleHome
import NibbleTestSupport
import Testing

/// Settings come back, beside what others wrote.
@Suite struct SettingsTests {
    @Test func changesLeaveAllElseAlone() throws {
        try TemporaryFolder.with { folder in
            let store = StateStore(environment: ["XDG_STATE_HOME": folder.path])
            #expect(try store.settings() == Settings())
            try store.change(Settings(["theme": "Paper"]))
            let other = StateStore(environment: ["XDG_STATE_HOME": folder.path])
            try other.change(Settings(["mouse": "off"]))
            let text = try String(contentsOf: store.settingsFile, encoding: .utf8)
            let later = text.replacing("{", with: "{ \"later\": {\"x\": [1, 2]},", maxReplacements: 1)
            try Data(later.utf8).write(to: store.settingsFile)
            try store.change(Settings(["theme": "Night"]))
            let settings = try store.settings()
            #expect(settings["theme"] == "Night")
            #expect(settings["mouse"] == "off")
            let object = try JSONSerialization.jsonObject(with: Data(contentsOf: store.settingsFile))
            let unknown = (object as? [String: Any])?["later"] as? [String: [Int]]
            #expect(unknown == ["x": [1, 2]])
        }
    }

    @Test(arguments: ["[1,", "[]", "\u{0}", "{\"theme\""]) func aBrokenFileIsToldAndPutAside(_ text: String)
        throws
    {
        try TemporaryFolder.with { folder in
            let store = StateStore(environment: ["XDG_STATE_HOME": folder.path])
            try store.makeFolder(store.directory)
            try Data(text.utf8).write(to: store.settingsFile)
            let error = #expect(throws: HomeError.self) { try store.settings() }
            #expect(error?.description.contains("Mend or remove it.") == true)
            try store.change(Settings(["theme": "Paper"]))
            let settings = try store.settings()
            #expect(settings["theme"] == "Paper")
            let aside = try Data(contentsOf: URL(fileURLWithPath: store.settingsFile.path + ".broken"))
            #expect(aside == Data(text.utf8))
        }
    }
}
