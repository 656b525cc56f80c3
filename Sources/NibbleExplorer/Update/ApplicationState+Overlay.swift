import NibbleTerminal

extension ApplicationState {
    /// Answers a key while a dialog is open; Ctrl-C leaves each of them as Esc does.
    mutating func pressInOverlay(_ press: KeyPress) {
        let press = press == KeyPress(.character("c"), .control) ? KeyPress(.escape) : press
        switch overlay {
        case .help, .planChanges: pressInPages(press)
        case .picker(let picker): self.press(press, in: picker)
        case .entry(let entry): self.press(press, in: entry)
        case .question(let question): self.press(press, in: question)
        case .planLoader(let loader): self.press(press, in: loader)
        case nil: break
        }
    }

    // MARK: Texts to read

    private mutating func pressInPages(_ press: KeyPress) {
        guard let (pages, top) = pages else { return }
        let visible = PagesView(pages: pages, theme: theme).visibleCount(in: Rect(size))
        switch press {
        case KeyPress(.down), KeyPress("j"): scrollPages(by: 1)
        case KeyPress(.up), KeyPress("k"): scrollPages(by: -1)
        case KeyPress(.pageDown), KeyPress(" "), KeyPress(.character("f"), .control): scrollPages(by: visible)
        case KeyPress(.pageUp), KeyPress(.character("b"), .control): scrollPages(by: -visible)
        case KeyPress(.character("d"), .control): scrollPages(by: max(1, visible / 2))
        case KeyPress(.character("u"), .control): scrollPages(by: -max(1, visible / 2))
        case KeyPress(.home), KeyPress("g"): scrollPages(by: -top)
        case KeyPress(.end), KeyPress("G"): scrollPages(by: pages.count)
        case KeyPress(.escape), KeyPress(.enter), KeyPress("q"): overlay = nil
        default: if pages.openedBy.contains(press) { overlay = nil }
        }
    }

    /// Scrolls the text of the dialog, as far as it goes.
    mutating func scrollPages(by offset: Int) {
        guard let (pages, top) = pages else { return }
        let visible = PagesView(pages: pages, theme: theme).visibleCount(in: Rect(size))
        let most = max(0, pages.count - visible)
        overlay?.top = min(max(min(top, most) + offset, 0), most)
    }

    // MARK: Lists

    private mutating func press(_ press: KeyPress, in picker: Picker) {
        var picker = picker
        let page = PickerView(picker: picker, shape: workspace?.chosenLayer?.shape, theme: theme)
            .visibleCount(in: Rect(size))
        switch press {
        case KeyPress(.down), KeyPress(.character("n"), .control): picker.move(by: 1)
        case KeyPress(.up), KeyPress(.character("p"), .control): picker.move(by: -1)
        case KeyPress(.pageDown): picker.move(by: page)
        case KeyPress(.pageUp): picker.move(by: -page)
        case KeyPress(.home): picker.cursor = 0
        case KeyPress(.end): picker.move(by: picker.shown.count)
        case KeyPress(.enter): return accept(picker)
        case KeyPress(.escape): return abandon(picker)
        default: picker.changeSearch { _ = $0.handle(press) }
        }
        show(picker)
    }

    private mutating func show(_ picker: Picker) {
        overlay = .picker(picker)
        preview(picker)
    }

    /// Moves over the list of the dialog.
    mutating func moveInPicker(by offset: Int) {
        guard case .picker(var picker) = overlay else { return }
        picker.move(by: offset)
        show(picker)
    }

    /// Chooses an item of the list of the dialog; the one that is chosen already is accepted.
    mutating func choose(item: Int) {
        guard case .picker(var picker) = overlay else { return }
        if picker.cursor == item { return accept(picker) }
        picker.cursor = item
        show(picker)
    }

    private mutating func accept(_ picker: Picker) {
        guard let chosen = picker.chosen else {
            return refuse("Nothing matches what was typed: Ctrl-U clears it.")
        }
        overlay = nil
        switch picker.purpose {
        case .format: setFormat(named: chosen.name)
        case .theme: preview(picker)
        }
    }

    private mutating func abandon(_ picker: Picker) {
        overlay = nil
        if case .theme(let previous) = picker.purpose { theme = previous }
    }

    /// A theme shows at once what it looks like.
    private mutating func preview(_ picker: Picker) {
        guard case .theme = picker.purpose, let name = picker.chosen?.name else { return }
        if let chosen = themes.first(where: { $0.name == name }) { theme = chosen }
    }
}
