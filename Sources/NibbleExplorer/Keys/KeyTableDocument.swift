/// The key table as Markdown, for the README; a test compares the two.
enum KeyTableDocument {
    /// A table of all keys with where they work.
    static var markdown: String {
        let rows = KeyTable.bindings.map { binding in
            let keys = binding.keys.map { "`\($0)`" }.joined(separator: " ")
            let places = KeyBinding.Context.allCases.filter(binding.contexts.contains).map(\.rawValue)
            return "| \(keys) | \(binding.explanation) | \(places.joined(separator: ", ")) |"
        }
        return (["| keys | what they do | where |", "|---|---|---|"] + rows).joined(separator: "\n")
    }
}
