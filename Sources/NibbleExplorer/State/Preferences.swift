import NibbleHome
import NibbleTerminal

/// Small things that stay as they were left, from one start to the next.
struct Preferences: Hashable, Sendable {
    /// The theme's name.
    var theme: String
    var isMouseEnabled: Bool
    var order = LayerTree.Order.model
    var chart = WeightChart.Kind.mirror
    /// One group's grid is a place in a layer, no taste: it isn't kept.
    var grid = WeightChart.Grid.whole

    /// Takes over what was kept; what this version doesn't know is passed over.
    mutating func apply(_ settings: Settings) {
        if let order = settings["order"].flatMap(LayerTree.Order.init(rawValue:)) { self.order = order }
        if let chart = settings["chart"].flatMap(WeightChart.Kind.init(rawValue:)) { self.chart = chart }
        if let grid = settings["grid"].flatMap(WeightChart.Grid.init(rawValue:)), grid != .group {
            self.grid = grid
        }
        if let mouse = settings["mouse"] { isMouseEnabled = mouse != "off" }
        if let theme = settings["theme"] { self.theme = theme }
    }

    /// What differs from the preferences before.
    func changes(since before: Preferences) -> Settings {
        var changes = Settings()
        if theme != before.theme { changes["theme"] = theme }
        if isMouseEnabled != before.isMouseEnabled { changes["mouse"] = isMouseEnabled ? "on" : "off" }
        if order != before.order { changes["order"] = order.rawValue }
        if chart != before.chart { changes["chart"] = chart.rawValue }
        if grid != before.grid { changes["grid"] = grid.rawValue }
        return changes
    }
}

/// Keeps changed preferences for the next start.
struct KeepSettingsJob: Job {
    static let lane = SavePlanJob.lane

    let changes: Settings

    /// - Throws: what ``NibbleHome/StateStore/change(_:)`` throws.
    func run(_ tools: JobTools, _ desk: JobDesk<Never>) throws { try tools.opener.store.change(changes) }

    func receive(_ report: Never, _ state: inout ApplicationState) {}

    func end(_ problem: String?, _ state: inout ApplicationState) {
        if problem != nil { state.noteKeeping(problem) }
    }
}

extension ApplicationState {
    /// Keeps what a person has chosen otherwise since.
    mutating func keepPreferences() {
        // A theme that is only looked at in the list isn't chosen yet.
        if case .picker = overlay { return }
        var now = preferences
        (now.theme, now.isMouseEnabled) = (theme.name, isMouseEnabled)
        if let workspace {
            (now.order, now.chart) = (workspace.tree.order, workspace.chart.kind)
            if workspace.chart.grid != .group { now.grid = workspace.chart.grid }
        }
        guard now != preferences else { return }
        start(KeepSettingsJob(changes: now.changes(since: preferences)))
        preferences = now
    }
}
