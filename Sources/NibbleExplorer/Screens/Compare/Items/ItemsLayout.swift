import NibbleTerminal

/// Where the parts of the comparison screen of encoders stand.
///
/// The outputs keep at least half of the height. Below 130 columns the layers give way, and the table of plans stands at the
/// foot once there are several; the strip and the borders say what matters of one.
struct ItemsLayout: Hashable, Sendable {
    /// Where the inputs stand.
    enum Arrangement: Hashable, Sendable {
        /// A list above the outputs.
        case above
        /// A picture at the left of the outputs.
        case beside
    }

    /// The line of kind, prompt and agreement.
    let strip: Rect
    /// The frame of the inputs; empty where there is no room.
    let input: Rect
    /// The frame of the table of plans; empty where there is no room.
    let plans: Rect
    /// The frame of the outputs.
    let output: Rect
    /// The frame of how far the plan is at each item; empty where there is no room.
    let chart: Rect
    /// The frame of the layers that moved most; empty where there is no room.
    let layers: Rect

    /// - Parameters:
    ///   - itemCount: Inputs.
    ///   - planCount: Plans, the original among them.
    ///   - outputRows: Rows that the outputs want; what they leave is for the inputs.
    init(
        size: Size, itemCount: Int, planCount: Int, outputRows: Int = 9, arrangement: Arrangement = .above
    ) {
        let body = Rect(size).inset(top: 1, bottom: 1)
        let isRoomy = size.height >= 36
        strip = (isRoomy ? body.row(1) : body.row(0)).inset(size.width >= 80 ? 3 : 1, 0)
        let panels = body.inset(top: isRoomy ? 2 : 1)
        let planRows = min(planCount + 4, panels.height / 3)
        let hasLayers = size.width >= 130 && panels.height >= 20
        guard arrangement == .above else {
            let columns = panels.columns(
                [.fixed(size.width >= 60 ? panels.width * 2 / 5 : 0), .fill(weight: 1)], spacing: 1)
            input = columns[0]
            let hasPlans = size.width >= 100 && panels.height >= 24
            let rows = columns[1].rows(
                [
                    .fixed(hasPlans ? planRows : 0), .fill(weight: 1),
                    .fixed(hasLayers ? panels.height * 2 / 5 : 0),
                ])
            (plans, output, layers) = (rows[0], rows[1], rows[2])
            chart = Rect(0, 0, 0, 0)
            return
        }
        let side = hasLayers ? (size.width >= 220 ? size.width * 2 / 5 : 58) : 0
        let columns = panels.columns([.fill(weight: 1), .fixed(side)], spacing: side > 0 ? 1 : 0)
        // A frame, the heads, and a row for each; the chosen one may take some more where there is room.
        let wanted = max(itemCount, 1) + 3 + (panels.height >= 30 ? 2 : 0)
        let most = max(panels.height * 2 / 5, min(panels.height - outputRows, panels.height / 2))
        let rows = columns[0].rows(
            [.fixed(panels.height < 11 ? 0 : min(max(wanted, 5), most)), .fill(weight: 1)])
        // High screens show the course over all items too, once the outputs have what they want.
        let chartRows = panels.height >= 30 ? min(12, rows[1].height - max(outputRows, 14)) : 0
        // Without a column of their own the plans stand at the foot, once there are several.
        let footRows = hasLayers || planCount < 3 || rows[1].height < planCount + 12 ? 0 : planCount + 3
        let lower = rows[1].rows(
            [.fill(weight: 1), .fixed(chartRows >= 7 && footRows == 0 ? chartRows : 0), .fixed(footRows)])
        (output, chart) = (lower[0], lower[1])
        let below = lower[2]
        guard !hasLayers else {
            input = rows[0]
            let right = columns[1].rows([.fixed(planRows), .fill(weight: 1)])
            (plans, layers) = (right[0], right[1])
            return
        }
        (input, plans, layers) = (rows[0], below, Rect(0, 0, 0, 0))
    }

    /// The layout for what is compared.
    init(_ size: Size, _ workspace: Workspace) {
        let itemCount = workspace.comparison.run.value?.items?.items.count ?? 4
        let form = ComparisonForms.itemForm(of: workspace.model)
        self.init(
            size: size, itemCount: itemCount, planCount: workspace.pinned.count + 2,
            outputRows: form?.outputRows(itemCount) ?? 9,
            arrangement: ItemInputs.input(of: workspace.model).arrangement)
    }
}
