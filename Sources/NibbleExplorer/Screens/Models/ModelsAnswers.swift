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
            return refuse("There is no model to open here: start nibble with the path of one.")
        }
        open(candidate.url)
    }

    /// Goes back to the open model.
    mutating func leaveModels() {
        guard workspace != nil else { return refuse("There is no open model to go back to.") }
        screen = ExplorerScreen()
    }
}
