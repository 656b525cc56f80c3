import NibbleKernels
import NibbleTerminal

/// The one table of keys: the update, the footer, the help and the README's list are all made from it.
///
/// A key of a screen that isn't built is not in it.
enum KeyTable {
    private static let everywhere: Set<KeyBinding.Context> = [.chooser, .explorer, .compare]
    private static let model: Set<KeyBinding.Context> = [.explorer, .compare]
    private static let explorer: Set<KeyBinding.Context> = [.explorer]
    private static let compare: Set<KeyBinding.Context> = [.compare]

    /// All entries, in the order in which footer and help show them.
    static let bindings: [KeyBinding] = moving + settings + tree + plan + running + program

    private static let accumulatorBits =
        Accumulator.widths.reversed().map(String.init).joined(separator: ", ")

    private static let moving: [KeyBinding] = [
        .init(
            "down", "j", action: .moveDown, label: "move", shownKeys: "j/k", "Down one row", in: everywhere),
        .init("up", "k", action: .moveUp, "Up one row", in: everywhere),
        .init("left", "h", action: .moveLeft, "Fold the block; in one group: the group before", in: explorer),
        .init(
            "right", "l", action: .moveRight, "Unfold the block; in one group: the next group", in: explorer),
        .init(
            "left", "h", action: .moveLeft, label: "token", shownKeys: "←/→", "To the token before",
            in: compare),
        .init("right", "l", action: .moveRight, "To the next token", in: compare),
        .init("pgup", action: .pageUp, "Up one page", in: everywhere),
        .init("pgdn", action: .pageDown, "Down one page", in: everywhere),
        .init("home", action: .moveToStart, "To the first row or token", in: everywhere),
        .init("end", action: .moveToEnd, "To the last row or token", in: everywhere),
        .init("tab", action: .nextPanel, label: "panel", "Next panel", in: explorer),
        .init("shift-tab", action: .previousPanel, "Previous panel", in: explorer),
        .init("tab", action: .nextPanel, "Next of the pinned plans", in: compare),
        .init("shift-tab", action: .previousPanel, "Previous of the pinned plans", in: compare),
        .init("1", action: .showExplorer, "Explorer screen", in: model),
        .init("2", action: .showCompare, label: "compare", "Compare screen", in: model),
    ]

    private static let settings: [KeyBinding] = [
        .init(
            "space", action: .nextFormat, label: "format", "Next weight format for the layer", in: explorer),
        .init(
            "f", action: .pickFormat, label: "formats", "Choose a weight format from the list", in: explorer),
        .init("+", "=", action: .moreBits, label: "bits", shownKeys: "+/−", "One bit more", in: explorer),
        .init("-", "_", action: .fewerBits, "One bit less", in: explorer),
        .init(
            "]", action: .finerGranularity, label: "groups", shownKeys: "[ ]",
            "Next granularity: tensor, channel, group",
            in: explorer),
        .init("[", action: .coarserGranularity, "Previous granularity", in: explorer),
        .init(
            "r", action: .nextRangeRule, label: "range", "Next range rule: min-max, percentile, MSE",
            in: explorer),
        .init(
            "<", ",", action: .shrinkRange, label: "clip", shownKeys: "< >",
            "Move the clip inward, or the binary point to the left", in: explorer),
        .init(
            ">", ".", action: .widenRange, "Move the clip outward, or the binary point to the right",
            in: explorer),
        .init("a", action: .nextActivation, label: "activations", "Next activation scheme", in: explorer),
        .init(
            "A", action: .nextAccumulator, "Next accumulator: \(accumulatorBits) bits, wrap or saturate",
            in: explorer),
        .init("x", action: .resetLayers, label: "reset", "Keep the layer as it is stored", in: explorer),
    ]

    private static let tree: [KeyBinding] = [
        .init(
            "v", action: .toggleMark, label: "mark", "Mark the layer: a change applies to all marked",
            in: explorer),
        .init("V", action: .markMatching, "Mark all layers that the filter shows", in: explorer),
        .init("c", action: .nextChart, label: "chart", "Next kind of chart: mirror, blocks", in: explorer),
        .init(
            "g", action: .nextGrid, label: "grid",
            "Next view of the grid: weights, weight ÷ scale, one row or group", in: explorer),
        .init(
            "s", action: .nextOrder, label: "sort", "Next order: model, name, size, error, clip", in: explorer
        ),
        .init("n", action: .nextHurtLayer, "To the next hurt layer", in: explorer),
        .init("/", action: .filter, label: "filter", "Filter layers by a regular expression", in: explorer),
    ]

    private static let plan: [KeyBinding] = [
        .init("u", action: .undo, label: "undo", "Undo the last change of the plan", in: model),
        .init("ctrl-r", action: .redo, "Redo", in: model),
        .init("w", action: .savePlan, label: "save", "Save the plan", in: model),
        .init("W", action: .savePlanAs, "Save the plan under another name", in: model),
        .init("d", action: .showPlanChanges, "Show what the plan changes since it was saved", in: model),
        .init("p", action: .pinPlan, label: "pin plan", "Pin the plan beside the ones compared", in: model),
        .init("P", action: .unpinPlan, "Take the last pinned plan off again", in: model),
    ]

    private static let running: [KeyBinding] = [
        .init("enter", action: .run, label: "run", "Run the prompt on original and plan", in: model),
        .init("enter", action: .accept, label: "open", "Open the model", in: [.chooser]),
        .init(
            "esc", action: .cancel, label: "stop", "Clear marks, then the filter; else stop the run",
            in: model),
        .init("esc", action: .cancel, "Back to the open model", in: [.chooser]),
        .init("i", action: .editPrompt, label: "prompt", "Edit the prompt", in: model),
        .init(
            "C", action: .continueRun, label: "continue", "Continue with as many tokens again", in: compare),
        .init("M", action: .nextMode, label: "mode", "Teacher-forced or free-running", in: compare),
        .init(
            "n", action: .nextSplit, label: "next split", shownKeys: "n/N", "To the next differing token",
            in: compare),
        .init("N", action: .previousSplit, "To the differing token before", in: compare),
    ]

    private static let program: [KeyBinding] = [
        .init("m", action: .showModels, "Back to the list of models", in: model),
        .init("t", action: .pickTheme, label: "theme", "Choose a theme", in: everywhere),
        .init("o", action: .toggleMouse, "Switch the mouse off and on", in: everywhere),
        .init("?", "f1", action: .help, label: "help", "This help", in: everywhere),
        .init("q", "ctrl-c", action: .quit, label: "quit", "Quit", in: everywhere),
    ]

    /// The entries that work in `context`.
    static func bindings(in context: KeyBinding.Context) -> [KeyBinding] {
        bindings.filter { $0.contexts.contains(context) }
    }

    /// What `key` asks for in `context`.
    static func action(for key: KeyPress, in context: KeyBinding.Context) -> Action? {
        bindings(in: context).first { $0.presses.contains(key) }?.action
    }

    /// The key that asks for `action` in `context`, as a person reads it.
    static func label(of action: Action, in context: KeyBinding.Context) -> String {
        let binding = bindings(in: context).first { $0.action == action }
        return binding?.presses.first?.label ?? ""
    }
}
