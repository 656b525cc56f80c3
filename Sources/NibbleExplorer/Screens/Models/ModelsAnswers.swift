extension ApplicationState {
    /// Moves over the models.
    mutating func moveInModels(by offset: Int) {
        if !chooser.move(by: offset) { refuseMove(by: offset) }
    }

    /// Moves by the models in sight, or to the ends of the list.
    mutating func moveInModels(_ paging: Paging) {
        let layout = ChooserLayout(size: size, chooser: chooser)
        moveInModels(by: paging.offset(visible: layout.area.height))
    }

    /// Chooses a model; the one that is chosen already is opened.
    mutating func choose(model index: Int) {
        if chooser.cursor == index { openChosenModel() } else { chooser.cursor = index }
    }

    /// Opens the model under the cursor.
    mutating func openChosenModel() {
        guard let candidate = chooser.chosen else {
            return refuse(
                chooser.filter.isEmpty
                    ? "There is no model to open here: start nibble with the path of one."
                    : "No model's name matches the filter: Esc takes it off.")
        }
        open(candidate.url)
    }

    /// Opens the dialog for the filter.
    mutating func filterModels() { overlay = .entry(.modelFilter(chooser.filter)) }

    /// Takes off the filter, else goes back to the open model.
    mutating func leaveModels() {
        guard chooser.filter.isEmpty else { return chooser.filter(by: "") }
        guard workspace != nil else { return refuse("There is no open model to go back to.") }
        screen = ExplorerScreen()
    }
}
