import Foundation
import NibbleHome
import NibbleQuantization
import NibbleTerminal

/// The dialog in which a plan to load is chosen: a path to type, and below it the plans known for the model.
struct PlanLoader: Sendable {
    /// The path.
    var editor = TextEditor()
    /// The plans known for this model; nil while they are looked for.
    var known: [KnownPlan]?
    /// The known plan that was chosen last; its path stands in the field.
    var chosen: Int?
    /// What the path could go on with, if it isn't clear.
    var candidates: [String] = []
    /// Why the last try failed.
    var problem: String?

    /// Goes through the known plans; from the first upwards it is back to the path that was typed.
    mutating func move(by offset: Int) {
        guard let known, !known.isEmpty else { return }
        let place = (chosen ?? -1) + offset
        chosen = place < 0 ? nil : min(place, known.count - 1)
        (problem, candidates) = (nil, [])
        editor.replace(with: chosen.map { UserPath.short(known[$0].location) } ?? "")
    }

    /// Answers an editing key.
    mutating func apply(_ press: KeyPress) {
        guard editor.handle(press) else { return }
        (problem, candidates, chosen) = (nil, [], nil)
    }

    /// Inserts pasted text as one line.
    mutating func paste(_ text: String) {
        editor.insert(
            String(
                text.prefix(4096).filter {
                    $0.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
                })
        )
        (problem, candidates, chosen) = (nil, [], nil)
    }

    /// Takes in how the path could go on.
    mutating func complete(_ completion: PathCompletion) {
        editor.replace(with: completion.text)
        candidates = completion.candidates
        problem = completion.candidates.isEmpty && !completion.isUnique ? "Nothing begins like this." : nil
    }
}

/// How a path that was begun could go on.
struct PathCompletion: Hashable, Sendable {
    /// The path as far as it is clear.
    let text: String
    /// The names that it could go on with, if there are several.
    let candidates: [String]
    /// Whether there is just one.
    let isUnique: Bool

    /// Looks into the folder that a text names: folders and YAML files whose names begin as the text ends.
    init(of text: String) {
        let split = text.lastIndex(of: "/").map { text.index(after: $0) } ?? text.startIndex
        let (typed, beginning) = (String(text[..<split]), String(text[split...]))
        let folder = (try? UserPath.file(typed.isEmpty ? "." : typed)) ?? URL(fileURLWithPath: ".")
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
        let fitting = names.filter {
            $0.hasPrefix(beginning) && (beginning.hasPrefix(".") || !$0.hasPrefix("."))
        }
        .compactMap { name -> String? in
            var isFolder: ObjCBool = false
            FileManager.default.fileExists(
                atPath: folder.appendingPathComponent(name).path, isDirectory: &isFolder)
            if isFolder.boolValue { return name + "/" }
            return name.hasSuffix(".yaml") || name.hasSuffix(".yml") ? name : nil
        }
        isUnique = fitting.count == 1
        candidates = fitting.count > 1 ? fitting : []
        self.text =
            typed + (fitting.dropFirst().reduce(fitting.first) { $0?.commonPrefix(with: $1) } ?? beginning)
    }
}
