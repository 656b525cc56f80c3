import NibbleTransformers

extension ApplicationState {
    /// Goes to the layer that moved what is under the cursor most, measuring it first where that isn't done yet.
    mutating func blameLayer() {
        guard let workspace, let key = workspace.movementKey else {
            return refuse("There is nothing of a plan yet: Enter runs it.")
        }
        guard !workspace.comparison.run.state.isRunning else {
            return refuse("The layers are measured once the run has ended.")
        }
        if let layers = workspace.comparison.movements.layers(of: key) {
            guard let first = layers.first else {
                return refuse("The plan keeps every layer as it is stored: none moves anything.")
            }
            return showLayer(first.layer)
        }
        self.workspace?.comparison.movements.opensLayer = true
        inform("Measuring which layer moved this most …")
        if let job = self.workspace?.neededMovements() { start(job) }
    }

    /// Shows a layer in the Explorer.
    mutating func showLayer(_ path: LayerPath) {
        guard let layer = workspace?.table.structure.numbers[path] else { return }
        workspace?.reveal(layer)
        workspace?.focus = .layers
        screen = ExplorerScreen()
    }
}
