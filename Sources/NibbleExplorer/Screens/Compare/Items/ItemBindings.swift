import NibbleTerminal

/// The keys of the Compare screen of encoders.
enum ItemBindings {
    /// In the order in which footer and help show them.
    ///
    /// - Parameters:
    ///   - hasMasks: Whether an input has several outputs to walk through; else the footer leaves that out.
    ///   - hasLogits: Whether there are numbers behind the probabilities.
    static func make(hasMasks: Bool, hasLogits: Bool) -> [KeyBinding] {
        let run: [KeyBinding] = [
            .init("enter", label: "run", help: "Run original and plan on all texts or images") { $0.run() },
            .init("i", label: "input", help: "Edit the texts, or the path of images") { $0.editPrompt() },
            .init(
                "n", label: "changed", shownKeys: "n/N",
                help: "To the next one that the plan answers otherwise"
            ) { $0.moveToChangedItem(forward: true) },
            .init("N", help: "To the one before that the plan answers otherwise") {
                $0.moveToChangedItem(forward: false)
            },
            .init("b", label: "blame", help: "To the layer that moved this one most") { $0.blameLayer() },
        ]
        let masks: [KeyBinding] = [
            .init(
                "left", "h", label: hasMasks ? "mask" : nil, shownKeys: "←/→",
                help: "To the mask before, or to the one above"
            ) { $0.movePlace(by: -1) },
            .init("right", "l", help: "To the next mask, or to the one below") { $0.movePlace(by: 1) },
        ]
        let logits = KeyBinding(
            "M", label: hasLogits ? "logits" : nil, help: "Probabilities, or the model’s own numbers"
        ) { hasLogits ? $0.toggleLogits() : $0.refuse("Vectors have no probabilities.") }
        let picture = KeyBinding("v", help: "An image as its file has it, or as the model reads it") {
            $0.togglePicture()
        }
        return run + KeyBinding.rows(of: "text or image") { $0.moveItem(by: $1) } + masks
            + KeyBinding.pages(of: "text or image", homeKeys: ["home", "g"]) { $0.moveByItemPages($1) }
            + SharedBindings.tabs + [logits, picture] + SharedBindings.compared + SharedBindings.plan
            + SharedBindings.models + SharedBindings.program
    }
}

extension ApplicationState {
    private static let nothing = "There is no output yet: Enter runs the input."

    /// Moves over the texts or images.
    mutating func moveItem(by offset: Int) {
        guard workspace?.shownItems != nil else { return refuse(Self.nothing) }
        if workspace?.moveItem(by: offset) != true { refuseMove(by: offset) }
    }

    /// Moves over the masks.
    mutating func movePlace(by offset: Int) {
        guard workspace?.shownItems != nil else { return refuse(Self.nothing) }
        if workspace?.movePlace(by: offset) != true { refuseMove(by: offset) }
    }

    /// Moves by the items in sight, or to the first or the last.
    mutating func moveByItemPages(_ paging: Paging) {
        guard let workspace else { return }
        let layout = ItemsLayout(size, workspace)
        moveItem(by: paging.offset(visible: ItemListView.visibleCount(in: layout.input)))
    }

    /// Moves to the next item with another answer, or to the one before.
    mutating func moveToChangedItem(forward: Bool) {
        if workspace?.moveToChangedItem(forward: forward) != true {
            refuse("The plan changes no answer \(forward ? "after" : "before") this one.")
        }
    }

    /// Shows the image as the model reads it, or the file's again.
    mutating func togglePicture() {
        guard let workspace, let pictures = workspace.shownItems?.snapshot.pictures[workspace.shownItem]
        else {
            return refuse("There is no image to be looked at.")
        }
        guard pictures.read != nil else { return refuse("The model cannot read this image.") }
        self.workspace?.comparison.itemCursor.showsRead.toggle()
    }

    /// Shows the model's own numbers, or probabilities again.
    mutating func toggleLogits() {
        workspace?.comparison.itemCursor.showsLogits.toggle()
        let isOn = workspace?.comparison.itemCursor.showsLogits == true
        inform(isOn ? "Figures are logits; bars stay probabilities." : "Figures are probabilities.")
    }
}
