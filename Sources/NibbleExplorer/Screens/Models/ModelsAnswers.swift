extension ApplicationState {
    /// Moves over the models.
    mutating func moveInModels(by offset: Int) {
        if !chooser.move(by: offset) { refuseMove(by: offset) }
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
