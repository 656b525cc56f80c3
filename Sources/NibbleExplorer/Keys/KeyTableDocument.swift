/// The keys of all screens as Markdown, for the README; a test compares the two.
enum KeyTableDocument {
    private struct Row {
        let keys: [String]
        let help: String
        var places: [String]
    }

    /// A table of all keys with where they work: a key that means the same on several screens is one row.
    static var markdown: String {
        var rows: [Row] = []
        for table in ScreenCatalogue.all.flatMap(\.tables) {
            for binding in table.bindings {
                if let index = rows.firstIndex(where: { $0.keys == binding.keys && $0.help == binding.help })
                {
                    rows[index].places.append(table.title)
                } else {
                    rows.append(Row(keys: binding.keys, help: binding.help, places: [table.title]))
                }
            }
        }
        let lines = rows.map { row in
            let keys = row.keys.map { "`\($0)`" }.joined(separator: " ")
            return "| \(keys) | \(row.help) | \(row.places.joined(separator: ", ")) |"
        }
        return (["| keys | what they do | where |", "|---|---|---|"] + lines).joined(separator: "\n")
    }
}
