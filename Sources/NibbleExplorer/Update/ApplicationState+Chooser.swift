extension ApplicationState {
    /// Answers a key on the list of models.
    mutating func performInChooser(_ action: Action) -> [Effect] {
        let last = max(chooser.models.count - 1, 0)
        switch action {
        case .moveDown: chooser.cursor = min(chooser.cursor + 1, last)
        case .moveUp: chooser.cursor = max(chooser.cursor - 1, 0)
        case .pageDown: chooser.cursor = min(chooser.cursor + pageLength, last)
        case .pageUp: chooser.cursor = max(chooser.cursor - pageLength, 0)
        case .moveToStart: chooser.cursor = 0
        case .moveToEnd: chooser.cursor = last
        case .accept: return openChosen()
        case .cancel where workspace != nil: screen = .explorer
        default: break
        }
        return []
    }

    /// Rows that a page key moves by.
    var pageLength: Int { max(size.height - 6, 1) }

    private mutating func openChosen() -> [Effect] {
        guard let candidate = chooser.chosen else {
            refuse("There is no model to open here: start nibble with the path of one.")
            return []
        }
        opening = candidate.url
        chooser.problem = nil
        return [.open(candidate.url)]
    }
}
