import NibbleKernels
import NibbleTerminal

/// The layers with histogram, details and the live comparison.
struct ExplorerScreen: Screen {
    let title = "Explorer"
    let tab: ScreenTab? = ScreenTab(key: "1", label: "explorer")
    var bindings: [KeyBinding] { Self.all }

    private static let all: [KeyBinding] =
        moving + settings + tree + SharedBindings.plan + SharedBindings.run
        + [
            .init("esc", label: "stop", help: "Clear marks, then the filter; else stop the run") {
                $0.cancelInExplorer()
            }
        ] + SharedBindings.prompt + SharedBindings.models + SharedBindings.program

    private static let accumulatorBits =
        Accumulator.widths.reversed().map(String.init).joined(separator: ", ")

    private static let moving: [KeyBinding] =
        KeyBinding.rows { $0.moveInPanel(by: $1) }
        + [
            .init("left", "h", help: "Fold the block; in one group: the group before") {
                $0.moveSideways(by: -1)
            },
            .init("right", "l", help: "Unfold the block; in one group: the next group") {
                $0.moveSideways(by: 1)
            },
        ]
        + KeyBinding.pages { $0.moveByPages($1) }
        + [
            .init("tab", label: "panel", help: "Next panel") { $0.workspace?.moveFocus(by: 1) },
            .init("shift-tab", help: "Previous panel") { $0.workspace?.moveFocus(by: -1) },
        ] + SharedBindings.tabs

    private static let settings: [KeyBinding] = [
        .init("space", label: "format", help: "Next weight format for the layer") { $0.nextFormat() },
        .init("f", label: "formats", help: "Choose a weight format from the list") { $0.pickFormat() },
        .init("+", "=", label: "bits", shownKeys: "+/−", help: "One bit more") { $0.moveBits(by: 1) },
        .init("-", "_", help: "One bit less") { $0.moveBits(by: -1) },
        .init("]", label: "groups", shownKeys: "[ ]", help: "Next granularity: tensor, channel, group") {
            $0.moveGranularity(by: 1)
        },
        .init("[", help: "Previous granularity") { $0.moveGranularity(by: -1) },
        .init("r", label: "range", help: "Next range rule: min-max, percentile, MSE") { $0.nextRangeRule() },
        .init(
            "<", ",", label: "clip", shownKeys: "< >",
            help: "Move the clip inward, or the binary point to the left"
        ) { $0.moveClip(by: -1) },
        .init(">", ".", help: "Move the clip outward, or the binary point to the right") {
            $0.moveClip(by: 1)
        },
        .init("a", label: "activations", help: "Next activation scheme") { $0.nextActivation() },
        .init("A", help: "Next accumulator: \(accumulatorBits) bits, wrap or saturate") {
            $0.nextAccumulator()
        },
        .init("x", label: "reset", help: "Keep the layer as it is stored") { $0.resetLayers() },
    ]

    private static let tree: [KeyBinding] = [
        .init("v", label: "mark", help: "Mark the layer: a change applies to all marked") { $0.toggleMark() },
        .init("V", help: "Mark all layers that the filter shows") { $0.markMatching() },
        .init("c", label: "chart", help: "Next kind of chart: mirror, blocks") {
            $0.workspace?.chart.kind.advance()
        },
        .init("g", label: "grid", help: "Next view of the grid: weights, weight ÷ scale, one row or group") {
            $0.nextGrid()
        },
        .init("s", label: "sort", help: "Next order: model, name, size, error, clip") { $0.nextOrder() },
        .init("n", help: "To the next hurt layer") { $0.nextHurtLayer() },
        .init(
            "/", label: "filter", help: "Filter layers by a regular expression; capitals count if it has one"
        ) { $0.filterLayers() },
    ]

    func draw(_ state: ApplicationState, in canvas: inout Canvas) {
        guard let workspace = state.workspace else { return }
        ExplorerView(state: state, workspace: workspace).draw(in: &canvas)
    }

    func startNeededWork(_ state: inout ApplicationState) {
        guard let job = state.workspace?.neededAnalysis(size: state.size) else { return }
        state.start(job)
    }
}
