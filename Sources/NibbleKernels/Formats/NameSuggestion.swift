/// Finds the names that a mistyped one may have meant.
enum NameSuggestion {
    /// Says that there is no weight format “intt4” and that the nearest are int4, int8, int7.
    static func sentence(for name: String, kind: String, among names: [String]) -> String {
        let typed = name.lowercased()
        // The beginning of a name stands for all names that begin so.
        let begun = typed.count > 1 ? names.filter { $0.hasPrefix(typed) } : []
        let ranked = names.filter { !$0.hasPrefix(typed) || typed.count < 2 }.map {
            (name: $0, distance: distance($0, typed))
        }.sorted { $0.distance < $1.distance }
        let similar = ranked.prefix(3).filter { $0.distance <= max(2, typed.count / 2) }.map(\.name)
        let near = (begun.sorted { $0.count < $1.count } + similar).prefix(3)
        let shown = String(name.prefix(40))
        guard !near.isEmpty else {
            let some = names.prefix(20).joined(separator: ", ")
            let more = names.count > 20 ? " and \(names.count - 20) more" : ""
            return "There is no \(kind) “\(shown)”. There are: \(some)\(more)."
        }
        return "There is no \(kind) “\(shown)”; the nearest are \(near.joined(separator: ", "))."
    }

    /// The number of single-letter edits between two names (Levenshtein 1966).
    static func distance(_ first: String, _ second: String) -> Int {
        let second = Array(second.prefix(40))
        var row = Array(0...second.count)
        for (i, letter) in first.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in second.enumerated() {
                let substituted = diagonal + (letter == other ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substituted, row[j] + 1, diagonal + 1)
            }
        }
        return row[second.count]
    }
}
