import Foundation
import NibbleText

/// The name of one part of a model that is stored in several files: `model-00002-of-00005.safetensors`.
///
/// Hugging Face's libraries and llama.cpp's gguf-split number parts alike, from 1.
struct PartName: Hashable {
    /// What stands before the numbers.
    let prefix: String
    /// Which part it is, from 1.
    let number: Int
    /// How many parts there are.
    let count: Int
    /// What stands behind the numbers, with its point.
    let ending: String
    private let width: Int

    /// More parts than any model has; a name must not cost memory.
    private static let mostParts = 10_000

    /// Reads a file's name; nil if it isn't that of a part.
    init?(_ fileName: String) {
        guard let match = fileName.wholeMatch(of: /(.*)-([0-9]{1,6})-of-([0-9]{1,6})(\.[A-Za-z0-9]+)/),
            let number = Int(match.2), let count = Int(match.3), count >= 1, count <= Self.mostParts,
            (1...count).contains(number)
        else { return nil }
        prefix = String(match.1)
        self.number = number
        self.count = count
        ending = String(match.4)
        width = match.3.count
    }

    /// The names of all parts, in order.
    var all: [String] { (1...count).map { name($0) } }

    /// What the whole is called.
    var whole: String { prefix + ending }

    /// The name of one of the parts.
    func name(_ number: Int) -> String {
        func digits(_ value: Int) -> String {
            let text = "\(value)"
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        return "\(prefix)-\(digits(number))-of-\(digits(count))\(ending)"
    }

    /// The sets of parts among some names, and the names that belong to none.
    static func sets(among names: [String]) -> (sets: [PartSet], others: [String]) {
        var sets: [PartSet] = []
        var others: [String] = []
        let present = Set(names)
        var seen: Set<String> = []
        for name in names {
            guard let part = PartName(name), part.count > 1 else {
                others.append(name)
                continue
            }
            // A name that writes its numbers in other widths than the set's is none of it.
            guard part.name(part.number) == name else {
                others.append(name)
                continue
            }
            guard seen.insert(part.name(1)).inserted else { continue }
            let all = part.all
            sets.append(
                PartSet(
                    name: part.whole, present: all.filter(present.contains),
                    missing: all.filter { !present.contains($0) }))
        }
        return (sets, others)
    }
}

/// The parts of one model in a folder.
struct PartSet: Hashable {
    /// What the whole is called.
    let name: String
    /// The parts that are there, in order.
    let present: [String]
    /// The parts that aren't.
    let missing: [String]

    /// How many parts there should be.
    var count: Int { present.count + missing.count }

    /// Why what is there can't run or be written as a whole; nil if all is there.
    var problem: String? {
        guard let first = missing.first else { return nil }
        let these =
            present.count == 1
            ? "is only \(present[0].printable(limit: 120))" : "are only \(present.count) of them"
        let rest = missing.count == 1 ? "" : " and \(missing.count - 1) more"
        return
            "The model \(name.printable(limit: 120)) has \(count) parts; here \(these), missing is "
            + "\(first.printable(limit: 120))\(rest). Put all parts into one folder; until then it can be browsed, but "
            + "neither run nor written."
    }
}
