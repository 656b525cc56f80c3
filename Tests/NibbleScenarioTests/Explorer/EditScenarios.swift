import Foundation
import NibbleTestSupport
import Testing

/// Edits of a layer's format: the figures on the screen are those of the definition, computed here.
@Suite(.serialized) struct EditScenarios {
    private static let query = "model.layers.0.self_attn.q_proj.weight"

    @Test func treeAndHistogramAppear() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try ExplorerScenario.sample(in: home)
            for text in ["▾ layers.0", "▸ layers.3", "down_proj", "original", "Weights", "█"] {
                try nibble.wait(for: text)
            }
            try nibble.quit()
        }
    }

    /// int4 per channel: scale = max|w| ÷ 7, half to even, codes −7…7.
    @Test func aFormatShowsTheErrorOfItsDefinition() throws {
        try ExplorerScenario.withHome { home in
            let model = try ScenarioModel.sample(in: home)
            let nibble = try ExplorerScenario([model.path], home: home, width: 160, height: 45)
            try nibble.wait(for: "Details")
            try nibble.choose(format: "int4")
            let expected = try Self.decibel(model) { row in
                let scale = (row.map(abs).max() ?? 0) / 7
                return row.map { max(-7, min(7, ($0 / scale).rounded(.toNearestOrEven))) * scale }
            }
            try nibble.wait(for: String(format: "SQNR %.1f dB", expected))
            try nibble.wait(for: "15 levels")
            try nibble.wait(for: "● unsaved")
            try nibble.quit()
        }
    }

    @Test func bitsGranularityAndRangeMoveByKey() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try ExplorerScenario.sample(in: home, width: 160, height: 45)
            try nibble.wait(for: "Details")
            try nibble.choose(format: "int4")
            try nibble.wait(for: "format int4")
            nibble.press("+")
            try nibble.wait(for: "format int5")
            nibble.press("-", "-")
            try nibble.wait(for: "format int3")
            nibble.press("]")
            try nibble.wait(without: "per channel")
            nibble.press("[")
            try nibble.wait(for: "per channel")
            nibble.press("r")
            try nibble.wait(without: "range min-max")
            nibble.press("u")
            try nibble.wait(for: "range min-max")
            nibble.press("ctrl-r")
            try nibble.wait(without: "range min-max")
            nibble.press("x")
            try nibble.wait(for: "as stored")
            try nibble.quit()
        }
    }

    /// A clip of 0.80 on int8 per channel: codes beyond 127 steps of 0.8·max ÷ 127, more than half a step outside.
    @Test func movingTheClipInwardClipsTheWeightsBeyond() throws {
        try ExplorerScenario.withHome { home in
            let model = try ScenarioModel.sample(in: home)
            let nibble = try ExplorerScenario([model.path], home: home, width: 160, height: 45)
            try nibble.wait(for: "Details")
            try nibble.choose(format: "int8")
            try nibble.wait(for: "none clipped")
            nibble.press("<", "<", "<", "<")
            try nibble.wait(for: "range clip 0.80")
            let (rows, columns, values) = try ScenarioModel.weights(Self.query, of: model)
            var clipped = 0
            for row in 0..<rows {
                let weights = values[row * columns..<(row + 1) * columns]
                let scale = (weights.map(abs).max() ?? 0) * 0.8 / 127
                clipped += weights.count { abs($0) > 127.5 * scale }
            }
            #expect(clipped > 0)
            let grouped =
                clipped < 1000 ? "\(clipped)" : "\(clipped / 1000) " + String(format: "%03d", clipped % 1000)
            try nibble.wait(for: "\(grouped) of 65 536")
            try nibble.wait(for: "×")
            try nibble.quit()
        }
    }

    @Test func aChangeOfMarkedLayersAppliesToAllOfThem() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try ExplorerScenario.sample(in: home)
            nibble.press("/")
            try nibble.wait(for: "Filter layers")
            nibble.type("v_proj")
            nibble.press("enter", "V")
            try nibble.wait(for: "4 layers are marked")
            try nibble.choose(format: "q8_0")
            try nibble.wait("shows q8_0 in all rows") { screen in
                screen.rows.count { $0.contains("q8_0") && ($0.contains("v_proj") || $0.contains("layers.")) }
                    >= 4
            }
            try nibble.quit()
        }
    }

    @Test func aNarrowAccumulatorOverflowsAndTheTreeSaysSo() throws {
        try ExplorerScenario.withHome { home in
            let nibble = try ExplorerScenario.sample(in: home, width: 160, height: 45)
            try nibble.wait(for: "Details")
            try nibble.choose(format: "fixed8")
            try nibble.wait(for: "accumulator 32 bit wrap")
            nibble.press("A", "A", "A", "A", "A", "A")
            try nibble.wait(for: "accumulator 16 bit wrap")
            try nibble.wait(for: "▲")
            try nibble.wait("counts overflows in the details") { screen in
                screen.rows.contains { $0.contains("overflows") && $0.contains("%") }
            }
            try nibble.wait(for: "worst channel")
            try nibble.quit()
        }
    }

    /// 10·log₁₀(Σw² ÷ Σ(w − ŵ)²) of the query projection, each row stored by `store`.
    private static func decibel(_ model: URL, store: (ArraySlice<Float>) -> [Float]) throws -> Double {
        let (rows, columns, values) = try ScenarioModel.weights(query, of: model)
        var (signal, noise) = (0.0, 0.0)
        for row in 0..<rows {
            let weights = values[row * columns..<(row + 1) * columns]
            for (weight, stored) in zip(weights, store(weights)) {
                signal += Double(weight) * Double(weight)
                noise += Double(weight - stored) * Double(weight - stored)
            }
        }
        return 10 * log10(signal / noise)
    }
}
