import Foundation
import NibbleCheckpoints
import NibbleQuantization
import NibbleText
import NibbleTransformers

/// The list of models that can be opened.
struct Chooser: Sendable {
    /// Models under one heading.
    struct Section: Sendable {
        var title: String
        var models: [ModelDiscovery.Candidate]
    }

    /// Sample models, recent ones, those in the current folder and in the cache, as far as the filter shows them.
    private(set) var sections: [Section] = []
    /// All of them.
    private var found: [Section] = []
    /// Regular expression that a model's name must match somewhere; empty shows all.
    private(set) var filter = ""
    /// What the headers of the models' files tell, as far as they have been looked at.
    var glances: [URL: ModelGlance] = [:]
    /// The chosen row, counted over all sections.
    var cursor = 0
    /// Whether the folders are still being read.
    var isSearching = true
    /// Why the last model could not be opened.
    var problem: String?

    /// All models in the order shown.
    var models: [ModelDiscovery.Candidate] { sections.flatMap(\.models) }
    /// The model under the cursor.
    var chosen: ModelDiscovery.Candidate? {
        let models = models
        return models.indices.contains(cursor) ? models[cursor] : nil
    }

    /// Moves the cursor, staying inside the list; false where it stays.
    mutating func move(by offset: Int) -> Bool {
        let before = cursor
        cursor = min(max(cursor.addingClamping(offset), 0), max(models.count - 1, 0))
        return cursor != before
    }

    /// Takes the models that were found.
    mutating func show(_ sections: [Section]) {
        found = sections
        isSearching = false
        narrow()
    }

    /// Shows the models whose names match an expression somewhere; all while it is no valid one.
    mutating func filter(by text: String) {
        let before = chosen?.url
        filter = text
        narrow()
        cursor = models.firstIndex { $0.url == before } ?? 0
    }

    private mutating func narrow() {
        sections = found
        if !filter.isEmpty, var matcher = (try? LayerPattern(filter: filter))?.matcher(.part) {
            for index in sections.indices {
                sections[index].models.removeAll { !matcher.matches($0.displayName.printable) }
            }
        }
        cursor = min(cursor, max(models.count - 1, 0))
    }
}
