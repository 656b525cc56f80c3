import Foundation
import NibbleTestSupport
import Testing

@testable import NibbleCheckpoints

/// Where files are written, and what of the file before goes over to the new one.
@Suite struct WritingPlaceTests {
    private func write(_ text: String, to url: URL, permissions: mode_t? = nil) throws {
        let file = try AtomicFile(url, permissions: permissions)
        try Array(text.utf8).withUnsafeBytes { try file.append($0) }
        try file.commit()
    }

    private func mode(_ url: URL) -> mode_t {
        var status = stat()
        return stat(url.path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    @Test(arguments: ["target", "nested/../target", "second-link"]) func aLinkIsWrittenThrough(_ name: String)
        throws
    {
        try TemporaryFolder.with { folder in
            let target = folder.appendingPathComponent("target")
            try FileManager.default.createDirectory(
                at: folder.appendingPathComponent("nested"), withIntermediateDirectories: true)
            try Data("old".utf8).write(to: target)
            symlink("target", folder.appendingPathComponent("second-link").path)
            let link = folder.appendingPathComponent("link")
            symlink(name, link.path)
            try write("new", to: link)
            #expect(try String(contentsOf: target, encoding: .utf8) == "new")
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link.path) == name)
        }
    }

    @Test func aLinkToNothingMakesWhatItNames() throws {
        try TemporaryFolder.with { folder in
            let link = folder.appendingPathComponent("link")
            symlink(folder.appendingPathComponent("made").path, link.path)
            try write("new", to: link)
            #expect(try String(contentsOf: folder.appendingPathComponent("made"), encoding: .utf8) == "new")
        }
    }

    @Test func linksInACircleAreRefused() throws {
        try TemporaryFolder.with { folder in
            symlink("b", folder.appendingPathComponent("a").path)
            symlink("a", folder.appendingPathComponent("b").path)
            #expect(throws: CheckpointError.self) { try write("x", to: folder.appendingPathComponent("a")) }
        }
    }

    @Test(arguments: [0o640, 0o600, 0o644, 0o660, 0o755]) func permissionsStay(_ permissions: Int) throws {
        try TemporaryFolder.with { folder in
            let file = folder.appendingPathComponent("file")
            try Data("old".utf8).write(to: file)
            #expect(chmod(file.path, mode_t(permissions)) == 0)
            try write("new", to: file)
            #expect(mode(file) == mode_t(permissions))
            try write("private", to: file, permissions: 0o600)
            #expect(mode(file) == 0o600)
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only who may give files away can keep another’s"))
    func theOwnerStays() throws {
        try TemporaryFolder.with { folder in
            let file = folder.appendingPathComponent("file")
            try Data("old".utf8).write(to: file)
            #expect(chown(file.path, 65534, 65533) == 0)
            try write("new", to: file)
            var status = stat()
            #expect(stat(file.path, &status) == 0)
            #expect(status.st_uid == 65534 && status.st_gid == 65533)
        }
    }

    @Test func whatIsNoRegularFileIsRefusedAndLeft() throws {
        try TemporaryFolder.with { folder in
            let pipe = folder.appendingPathComponent("pipe")
            #expect(mkfifo(pipe.path, 0o600) == 0)
            let link = folder.appendingPathComponent("link")
            symlink("/dev/null", link.path)
            for (place, word) in [
                (pipe, "a pipe"), (folder, "a folder"), (link, "a device"),
                (URL(fileURLWithPath: "/dev/full"), "a device"),
            ] {
                let error = #expect(throws: CheckpointError.self) { try write("x", to: place) }
                #expect(error?.description.contains("it is \(word)") == true)
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(Set(left) == ["pipe", "link"])
            var status = stat()
            #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
        }
    }

    @Test(.enabled(if: geteuid() != 0, "root may write everything"))
    func aFileThatMustNotBeWrittenIsLeft() throws {
        try TemporaryFolder.with { folder in
            let file = folder.appendingPathComponent("file")
            try Data("old".utf8).write(to: file)
            #expect(chmod(file.path, 0o444) == 0)
            #expect(throws: CheckpointError.self) { try write("new", to: file) }
            #expect(try String(contentsOf: file, encoding: .utf8) == "old")
        }
    }

    @Test func aMissingFolderIsNamed() throws {
        try TemporaryFolder.with { folder in
            let place = folder.appendingPathComponent("missing/file")
            let error = #expect(throws: CheckpointError.self) { try write("x", to: place) }
            #expect(error?.description.contains("/missing is not there") == true)
        }
    }

    @Test func longNamesOfManyBytesAreWritten() throws {
        try TemporaryFolder.with { folder in
            let file = folder.appendingPathComponent(String(repeating: "語", count: 80))
            try write("x", to: file)
            #expect(try String(contentsOf: file, encoding: .utf8) == "x")
        }
    }
}
