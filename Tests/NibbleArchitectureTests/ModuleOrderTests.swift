import Foundation
import NibbleTestSupport
import Testing

/// Imports go one way: the manifest keeps to the order of `ModuleOrder`, and the sources keep to the manifest.
struct ModuleOrderTests {
    private let manifest: Manifest

    init() throws { manifest = try Manifest() }

    private var modules: [Manifest.Target] { manifest.targets.filter { $0.path.hasPrefix("Sources/") } }

    @Test func everyFolderIsATargetAndEveryTargetAFolder() throws {
        for (folder, targets) in [
            ("Sources", modules), ("Tests", manifest.targets.filter { $0.path.hasPrefix("Tests/") }),
        ] {
            let url = RepositoryPaths.root.appendingPathComponent(folder)
            let names = try FileManager.default.contentsOfDirectory(atPath: url.path)
                .filter { !$0.hasPrefix(".") }
            #expect(Set(names) == Set(targets.map { String($0.path.dropFirst(folder.count + 1)) }))
        }
    }

    @Test func theManifestKeepsTheOrder() throws {
        #expect(modules.count >= 12)
        for target in modules {
            let allowed = try #require(
                ModuleOrder.allowed[target.name], "\(target.name) has no place in the order of modules")
            let others = Set(target.dependencies).subtracting(allowed)
            #expect(others.isEmpty, "\(target.name) must not depend on \(others.sorted())")
        }
    }

    @Test func theManifestNamesLowerModulesFirst() {
        var seen: Set<String> = []
        for target in modules {
            let later = target.dependencies.filter { name in
                modules.contains { $0.name == name } && !seen.contains(name)
            }
            #expect(later.isEmpty, "\(target.name) stands before \(later)")
            seen.insert(target.name)
        }
    }

    @Test(arguments: ["Sources", "Tests"])
    func filesImportOnlyWhatTheirTargetDeclares(folder: String) throws {
        let files = try SourceFile.all(in: folder)
        #expect(files.count > 20)
        for file in files {
            let target = try #require(manifest.target(file.module), "\(file.path) belongs to no target")
            var allowed = Set(target.dependencies).union(ModuleOrder.platform)
            if folder == "Tests" { allowed.insert("Testing") }
            let others = file.imports.subtracting(allowed)
            #expect(others.isEmpty, "\(file.path) imports \(others.sorted()), not declared by \(file.module)")
        }
    }

    @Test func onlyTheTerminalShimIncludesNcurses() throws {
        let sources = RepositoryPaths.root.appendingPathComponent("Sources")
        let walk = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        var users: Set<String> = []
        for case let url as URL in walk where ["c", "h"].contains(url.pathExtension) {
            guard try String(contentsOf: url, encoding: .utf8).contains(#/#\s*include\s*<n?curses/#) else {
                continue
            }
            users.insert(url.pathComponents.first { $0.hasPrefix("CNibble") } ?? url.path)
        }
        #expect(users == ["CNibbleTerminal"])
    }

    @Test func thePackageCanBeDependedOn() {
        #expect(!manifest.text.contains("unsafeFlags"))
        #expect(!manifest.text.contains("enableExperimentalFeature"))
        #expect(manifest.text.contains("swiftLanguageModes: [.v6]"))
    }
}
