/// Everything that a key can ask for.
///
/// A key table entry names one; the update answers it.
enum Action: String, CaseIterable, Sendable {
    // Moving
    case moveUp, moveDown, moveLeft, moveRight, pageUp, pageDown, moveToStart, moveToEnd
    case nextPanel, previousPanel
    // Screens and overlays
    case showExplorer, showCompare, showModels, help, pickTheme, toggleMouse, quit
    case accept, cancel
    // The layer's setting
    case nextFormat, pickFormat, moreBits, fewerBits, finerGranularity, coarserGranularity
    case nextRangeRule, shrinkRange, widenRange, nextActivation, nextAccumulator, resetLayers
    // The tree
    case toggleMark, markMatching, filter, nextOrder, nextHurtLayer
    // The chart
    case nextChart, nextGrid
    // The plan
    case undo, redo, savePlan, savePlanAs, showPlanChanges, pinPlan, unpinPlan
    // Running
    case run, continueRun, editPrompt, nextMode, nextSplit, previousSplit
}
