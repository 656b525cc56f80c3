import Foundation
import NibbleTestSupport
import Testing

/// The table of modules in `Documentation/Architecture.md` is that of the manifest and of ``ModuleOrder``.
struct ModuleTableTests {
    private static let head = ["| module | may import | holds |", "|---|---|---|"]

    /// `NIBBLE_RECORD_SNAPSHOTS=1` writes names and imports anew and keeps what is said of each module.
    @Test func theTableHasEveryModuleAndItsImports() throws {
        var part = try MarkedPart("modules", of: "Documentation/Architecture.md")
        let descriptions = Self.descriptions(in: part.content)
        let names = try Manifest().targets.filter { $0.path.hasPrefix("Sources/") }.map(\.name)
        let rows = names.map { Self.row($0, names, descriptions[$0] ?? "") }
        let table = (Self.head + rows).joined(separator: "\n")
        if MarkedPart.isRecording { try part.replace(by: table) }
        #expect(part.content == table)
        for name in names {
            #expect(descriptions[name]?.isEmpty == false, "the table doesn't say what \(name) holds")
        }
    }

    private static func row(_ name: String, _ names: [String], _ description: String) -> String {
        let allowed = ModuleOrder.allowed[name] ?? []
        let own = names.filter(allowed.contains)
        // Other packages come last.
        let others = allowed.subtracting(names).filter { !$0.hasPrefix("Nibble") }.sorted()
        let imports = (own + others).map { "`\($0)`" }.joined(separator: " ")
        return "| `\(name)` | \(imports.isEmpty ? "–" : imports) | \(description) |"
    }

    private static func descriptions(in table: String) -> [String: String] {
        var found: [String: String] = [:]
        for line in table.split(separator: "\n").dropFirst(head.count) {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 3 else { continue }
            found[cells[0].replacing("`", with: "")] = cells[2]
        }
        return found
    }
}
