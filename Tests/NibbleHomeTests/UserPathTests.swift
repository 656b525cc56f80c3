import Foundation
import NibbleHome
import Testing

/// Paths as a person types them.
@Suite struct UserPathTests {
    @Test func theTildeIsHomeAsTheEnvironmentSaysIt() throws {
        let environment = ["HOME": "/somewhere/else"]
        #expect(
            try UserPath.file("~/plan.yaml", environment: environment).path == "/somewhere/else/plan.yaml")
        #expect(try UserPath.file("~", environment: environment).path == "/somewhere/else")
        #expect(try UserPath.file("/a/~/b", environment: environment).path == "/a/~/b")
    }

    @Test func aUsersNameIsLookedUp() throws {
        let root = try #require(getpwuid(0))
        let (name, home) = (String(cString: root.pointee.pw_name), String(cString: root.pointee.pw_dir))
        #expect(try UserPath.file("~\(name)/x", environment: ["HOME": "/h"]).path == "\(home)/x")
        let error = #expect(throws: HomeError.self) { try UserPath.file("~no-such-user-here/x") }
        #expect(error?.description == "There is no user no-such-user-here here.")
    }

    @Test func homeIsShownAsTilde() {
        let environment = ["HOME": "/h"]
        #expect(UserPath.short(URL(fileURLWithPath: "/h/a/b"), environment: environment) == "~/a/b")
        #expect(UserPath.short(URL(fileURLWithPath: "/hh/a"), environment: environment) == "/hh/a")
    }
}
