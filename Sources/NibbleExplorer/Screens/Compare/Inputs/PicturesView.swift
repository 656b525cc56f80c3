import NibbleImages
import NibbleTerminal

/// The chosen image in half blocks, and all of them as a strip below.
struct PicturesView {
    let list: ItemListView

    private var theme: Theme { list.theme }
    private var item: Int { list.workspace.shownItem }
    private var pictures: ItemPictures? { list.sides?.snapshot.pictures[item] }
    private var showsRead: Bool { list.workspace.comparison.itemCursor.showsRead && pictures?.read != nil }

    /// Draws the frame, the picture, and the strip where there are several.
    func draw(in canvas: inout Canvas, rect: Rect) {
        Panel(
            title: "Image", context: [Span(context, theme.mutedStyle)],
            facts: list.facts.map { [Span($0, theme.mutedStyle)] }, isFocused: true
        ).draw(in: &canvas, rect: rect, theme: theme)
        canvas.answer(in: rect, wheel: { _ = $0.workspace?.moveItem(by: $1) })
        let content = Panel.content(of: rect)
        guard !list.items.isEmpty else {
            canvas.draw(lines: list.hint.wrapped(to: content.width), in: content, style: theme.mutedStyle)
            return
        }
        let stripRows = list.items.count > 1 ? Self.stripRows(content.height) : 0
        let rows = content.rows(
            [.fill(weight: 1), .fixed(1), .fixed(stripRows > 0 ? 1 : 0), .fixed(stripRows)])
        drawPicture(in: &canvas, rect: rows[0])
        canvas.draw(caption(rows[1].width), at: rows[1].origin, width: rows[1].width, alignment: .center)
        if let remark = list.sides?.snapshot.remark {
            canvas.draw(remark, at: rows[2].origin, style: theme.mutedStyle, width: rows[2].width)
        }
        canvas.answer(in: rows[0], click: { state, _ in state.togglePicture() })
        if stripRows > 0 { FilmStrip(list: list).draw(in: &canvas, rect: rows[3]) }
    }

    /// Rows of the strip with the answers below it; none where the picture needs them.
    private static func stripRows(_ height: Int) -> Int {
        switch height {
        case 50...: 8
        case 30...: 6
        case 20...: 5
        case 13...: 4
        default: 0
        }
    }

    private func drawPicture(in canvas: inout Canvas, rect: Rect) {
        guard let pictures else {
            let text = list.problem(item) == nil ? "reading …" : "no picture"
            canvas.draw(
                text, at: Point(rect.x, rect.y + rect.height / 2), style: theme.mutedStyle, width: rect.width,
                alignment: .center)
            return
        }
        let picture = showsRead ? pictures.read ?? pictures.whole : pictures.whole
        picture.draw(in: &canvas, rect: rect, theme: theme)
    }

    /// `3 of 12`, or how far the run is.
    private var context: String {
        let count = list.items.count
        return count > 1 ? "\(item + 1) of \(count)" : list.items.first?.title ?? ""
    }

    /// The file and what of it is shown, as much as has room.
    private func caption(_ width: Int) -> [Span] {
        let name = list.items[item].title
        guard let pictures else { return [Span(name.cutInMiddle(to: width), theme.softStyle)] }
        let own = "\(pictures.size.width) × \(pictures.size.height)"
        let read = pictures.readSize.map { "\($0.width) × \($0.height)" } ?? "—"
        let wordings =
            showsRead
            ? ["  as the model reads it, \(read) of \(own)", "  as read, \(read)", "  \(read)"]
            : ["  \(own), read as \(read)", "  \(own)"]
        let fitting = wordings.first { name.columns + $0.columns <= width } ?? ""
        let room = max(4, width - fitting.columns)
        return [Span(name.cutInMiddle(to: room), theme.strong), Span(fitting, theme.mutedStyle)]
    }
}
